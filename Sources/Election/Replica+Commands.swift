// SPDX-License-Identifier: Apache-2.0

import Paxos

// What is asked of the leader, from this host or another: done by one decree, or refused with a
// sentence.

/// A command that this leader is to carry out.
struct Order: Hashable, Sendable {
    let id: RequestID
    let command: Command
    let from: NodeID
    /// Made by this replica for its own stop.
    var isStop = false
}

/// A command that was passed on to the leader.
struct PassedOn: Hashable, Sendable {
    let id: RequestID
    let until: Instant
}

extension Replica {
    /// How many commands wait at most.
    private static var ordersLimit: Int { 16 }

    mutating func asked(_ request: Request, at now: Instant) {
        switch request {
        case .stop: stop(at: now)
        case .command(let command, let id):
            if leaseEnd(at: now) != nil, phase == .reigning {
                take(Order(id: id, command: command, from: me))
            } else if let heard = heardLeader, heard.until > now, !isHalted {
                passedOn.append(PassedOn(id: id, until: now + settings.lease * 4))
                ask(heard.leader, .ask, .ask(Ask(id: id, command: command)), at: now)
            } else {
                tell(.answered(id, .noLeader))
            }
        }
    }

    private mutating func take(_ order: Order) {
        if commands.contains(where: { $0.id == order.id }) || inHand?.id == order.id { return }
        guard commands.count < Self.ordersLimit else {
            return reply(to: order, .refused("too many commands wait; try again in a moment"))
        }
        commands.append(order)
    }

    mutating func heardAsk(_ ask: Ask, from node: NodeID, at now: Instant) {
        let order = Order(id: ask.id, command: ask.command, from: node)
        guard isMember(node) else {
            return reply(to: order, .refused("\(node) is not a member of this cluster"))
        }
        // Asked twice, done once: the decree remembers the last one.
        if let decided = learner.decided, decided.state.lastRequest == ask.id {
            return reply(to: order, .done(slot: decided.slot))
        }
        guard leaseEnd(at: now) != nil, phase == .reigning else {
            return reply(to: order, .noLeader)
        }
        take(order)
    }

    mutating func heardAnswer(_ answer: AskAnswer, from node: NodeID, at now: Instant) {
        withPeer(node) { $0.settle(.ask) }
        guard passedOn.contains(where: { $0.id == answer.id }) else { return }
        passedOn.removeAll { $0.id == answer.id }
        tell(.answered(answer.id, answer.outcome))
    }

    mutating func expirePassedOn(at now: Instant) {
        for order in passedOn where order.until <= now { tell(.answered(order.id, .noLeader)) }
        passedOn.removeAll { $0.until <= now }
        if passedOn.isEmpty { settleAll(.ask) }
    }

    private mutating func reply(to order: Order, _ outcome: Outcome, after: RecordID? = nil) {
        if order.isStop { return }
        if order.from == me { return tell(.answered(order.id, outcome), after: after) }
        send(to: order.from, .answer(AskAnswer(id: order.id, outcome: outcome)), after: after)
    }

    mutating func answerAll(_ outcome: Outcome) {
        for order in commands + (inHand.map { [$0] } ?? []) { reply(to: order, outcome) }
        commands = []
        inHand = nil
    }

    /// The decree that the next command makes; nil where there is none, or it was refused.
    mutating func nextOrder(at now: Instant) -> Decree? {
        // Asked at every step of a leader: where nothing waits, nothing is worked out.
        guard inHand == nil, !commands.isEmpty, let decided = learner.decided,
            leaseEnd(at: now) != nil
        else { return nil }
        while !commands.isEmpty {
            let order = commands.removeFirst()
            let change: ClusterState
            switch order.command {
            case .transfer(let name):
                switch transfer(to: name, from: decided, at: now) {
                case .success(let state): change = state
                case .failure(let refusal):
                    if order.isStop { release(to: nil, at: now) }
                    reply(to: order, .refused(refusal.sentence))
                    continue
                }
            case .members(let members, let cause):
                switch membership(members, cause, from: decided, at: now) {
                case .success(let state): change = state
                case .failure(let refusal):
                    reply(to: order, .refused(refusal.sentence))
                    continue
                }
            }
            var state = change
            state.cause = order.isStop ? .stop : state.cause
            state.askedBy = order.from.name
            state.lastRequest = order.id
            inHand = order
            return Decree(state, digest: Hash.self)
        }
        return nil
    }

    /// The command in hand is done, or another's value came before it.
    mutating func settleOrder(_ decree: Decree, at now: Instant) {
        guard let order = inHand else { return }
        inHand = nil
        if decree.state.lastRequest == order.id {
            reply(to: order, .done(slot: decree.slot), after: ledger.after(.decided))
        } else {
            commands.insert(order, at: 0)
        }
    }

    private struct Refused: Error {
        let sentence: String
    }

    /// R18: to a voter that is up, may lead, is heard, and holds the newest decree on disk.
    private func transfer(
        to name: String?,
        from decided: Decree,
        at now: Instant
    ) -> Result<ClusterState, Refused> {
        func isReady(_ node: NodeID) -> Bool {
            guard let peer = peer(node) else { return false }
            return peer.durableSlot >= decided.slot && peer.isHeard(within: lately, at: now)
        }
        let heir: NodeID
        if let name {
            guard let member = decided.state.member(named: name) else {
                return .failure(Refused(sentence: "there is no member \(name)"))
            }
            guard member.id != me else {
                return .failure(Refused(sentence: "\(name) leads already"))
            }
            guard member.mayLead else {
                return .failure(
                    Refused(
                        sentence: "\(name) may not lead: its role is \(member.role), its priority "
                            + "\(member.priority)"
                    )
                )
            }
            guard member.isUp, isReady(member.id) else {
                return .failure(
                    Refused(sentence: "\(name) is not heard or lags; wait until it is back")
                )
            }
            heir = member.id
        } else if let next = Succession.heirs(of: decided).first(where: isReady) {
            heir = next
        } else {
            return .failure(
                Refused(sentence: "no other voter that may lead is heard and up to date")
            )
        }
        var state = successor(of: decided)
        state.leader = heir
        state.epoch += 1
        state.cause = .transfer
        return .success(state)
    }

    /// Any change of members is one decree; never one whose voters have no live majority (hazard 7).
    private func membership(
        _ members: [Member],
        _ cause: Cause,
        from decided: Decree,
        at now: Instant
    ) -> Result<ClusterState, Refused> {
        var state = successor(of: decided)
        state.members = members
        state.cause = cause
        // A leader that may no longer lead names its successor in the same decree (R21).
        if state.member(me).map({ !$0.mayLead }) ?? true {
            let heir = Succession.heirs(of: decided).first { node in
                state.member(node)?.mayLead ?? false
                    && (peer(node)?.durableSlot ?? 0) >= decided.slot
            }
            guard let heir else {
                return .failure(
                    Refused(sentence: "nobody is left who may lead and is up to date")
                )
            }
            state.leader = heir
            state.epoch += 1
        }
        if let objection = state.objection { return .failure(Refused(sentence: objection)) }
        guard state.encoded.count <= Decree.lengthLimit else {
            return .failure(Refused(sentence: "the decree would be too long; use fewer labels"))
        }
        guard state.voters != decided.state.voters else { return .success(state) }
        let quorum = Quorum(of: state.voters)
        let recent = settings.heartbeat * 2
        let live = quorum.voters.filter { voter in
            if voter == me { return true }
            guard let peer = peer(voter), let at = peer.durableAt else { return false }
            return peer.durableSlot >= decided.slot && now - at <= recent
        }
        guard live.count >= quorum.needed else {
            return .failure(
                Refused(
                    sentence: "of the \(quorum.voters.count) voters this makes, \(live.count) "
                        + "answer and \(quorum.needed) are needed; start the others first"
                )
            )
        }
        return .success(state)
    }

    /// SIGTERM: hand over if there is anything to hand over, then say that all is done.
    private mutating func stop(at now: Instant) {
        guard !isLeaving else { return }
        isLeaving = true
        if isHalted { return tell(.stopped) }
        if leaseEnd(at: now) != nil, phase == .reigning, acceptUnderWay == nil {
            releaseUntil = now + settings.lease
            commands.insert(
                Order(
                    id: RequestID(random.next()),
                    command: .transfer(to: nil),
                    from: me,
                    isStop: true
                ),
                at: 0
            )
        } else if learner.decided?.leader == me || phase == .reigning {
            release(to: nil, at: now)
            if releaseUntil == nil { finishLeaving(at: now) }
        } else {
            finishLeaving(at: now)
        }
    }

    mutating func finishLeaving(at now: Instant) {
        guard isLeaving, !isHalted else { return }
        if leaseEnd(at: now) != nil { release(to: nil, at: now) }
        halt()
        tell(.stopped)
    }
}
