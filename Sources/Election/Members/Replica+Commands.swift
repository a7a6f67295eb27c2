// SPDX-License-Identifier: Apache-2.0

import Paxos

// What is asked of the leader, from this host or another: done by one decree, or refused with a
// sentence.

/// A command that this leader is to carry out.
struct Order: Hashable, Sendable {
    let id: RequestID
    let command: Command
    let from: NodeID
    /// Whether it may leave no spare voter.
    var force = false
    /// Until when it waits for what may come by itself: a voter that has yet to report the newest
    /// decree.
    var patience = Instant.zero
    /// It hands leadership over, and waits until this host's programs have let go.
    var waitsForHolders = false
    /// Made by this replica for its own stop.
    var isStop = false
    /// The members as they are to be, in place of what the command says.
    var members: [Member]?
}

/// Why a command is not carried out: a sentence that says what to do.
struct Refused: Error {
    let sentence: String
    /// Whether a moment's patience may help.
    var mayPass = false

    init(_ sentence: String, mayPass: Bool = false) {
        (self.sentence, self.mayPass) = (sentence, mayPass)
    }
}

/// A command that was passed on to the leader.
struct PassedOn: Hashable, Sendable {
    let ask: Ask
    let to: NodeID
    /// When to give up, unless the leader is still heard: then it is at work on it.
    var until: Instant
    /// When to give up in any case.
    let latest: Instant

    /// For how long a leader may be at work: its programs may take a minute to let go.
    static let longest = Span.milliseconds(65_000)
}

extension Replica {
    /// How many commands wait at most.
    private static var ordersLimit: Int { 16 }
    /// Of how many commands of other hosts a run remembers what it has answered.
    private static var repliesLimit: Int { 64 }

    mutating func asked(_ request: Request, at now: Instant) {
        switch request {
        case .stop: stop(at: now)
        case .restart(let grace): prepareRestart(grace: grace, at: now)
        case .held(let held): isHeld = held
        case .members(let members, let id):
            guard leaseEnd(at: now) != nil, phase == .reigning else {
                return tell(.answered(id, .noLeader))
            }
            // The command says nothing here.
            let order = Order(id: id, command: .resume, from: me, force: true, members: members)
            take(order, at: now)
        case .command(let command, let force, let id):
            if leaseEnd(at: now) != nil, phase == .reigning {
                take(Order(id: id, command: command, from: me, force: force), at: now)
            } else if let objection = command.objection {
                tell(.answered(id, .refused(objection)))
            } else if let heard = heardLeader, heard.until > now, !isHalted {
                let request = Ask(id: id, command: command, force: force)
                passedOn.append(
                    PassedOn(
                        ask: request,
                        to: heard.leader,
                        until: now + settings.lease * 4,
                        latest: now + PassedOn.longest
                    )
                )
                ask(heard.leader, .ask, .ask(request), at: now)
            } else {
                tell(.answered(id, .noLeader))
            }
        }
    }

    mutating func take(_ order: Order, at now: Instant) {
        guard commands.count < Self.ordersLimit else {
            return reply(to: order, .refused("too many commands wait; try again in a moment"))
        }
        commands.append(order)
        commands[commands.count - 1].patience = now + settings.heartbeat * 4
    }

    mutating func heardAsk(_ ask: Ask, from node: NodeID, at now: Instant) {
        let order = Order(id: ask.id, command: ask.command, from: node, force: ask.force)
        guard isMember(node) else {
            let refusal = Outcome.refused(
                "\(node) is no member of this cluster; ask on a host that is"
            )
            return send(to: node, .answer(AskAnswer(id: ask.id, outcome: refusal)))
        }
        // Asked twice, done once: what is at work is answered when it is done, and what this run has
        // answered stays so, also when a copy was under way for long. Of an earlier leader's work the
        // decree remembers the last.
        if commands.contains(where: { $0.id == ask.id }) || inHand?.id == ask.id { return }
        if let decided = learner.decided, decided.state.lastRequest == ask.id {
            return reply(to: order, .done(slot: decided.slot), after: ledger.after(.decided))
        }
        if let known = replies.last(where: { $0.id == ask.id }) {
            return send(to: node, .answer(known), after: ledger.after(.decided))
        }
        guard leaseEnd(at: now) != nil, phase == .reigning else {
            return reply(to: order, .noLeader)
        }
        take(order, at: now)
    }

    mutating func heardAnswer(_ answer: AskAnswer, from node: NodeID, at now: Instant) {
        withPeer(node) { $0.settle(.ask) }
        // Of several only the newest is asked again and again; the others have their turn now.
        let next = passedOn.first { $0.to == node && $0.ask.id != answer.id }
        if let next { ask(node, .ask, .ask(next.ask), at: now) }
        guard passedOn.contains(where: { $0.ask.id == answer.id }) else { return }
        passedOn.removeAll { $0.ask.id == answer.id }
        if passedOn.isEmpty { settleAll(.ask) }
        tell(.answered(answer.id, answer.outcome))
    }

    mutating func expirePassedOn(at now: Instant) {
        guard !passedOn.isEmpty else { return }
        for at in passedOn.indices where passedOn[at].until <= now {
            guard let heard = heardLeader, heard.leader == passedOn[at].to else { continue }
            passedOn[at].until = max(passedOn[at].until, min(heard.until, passedOn[at].latest))
        }
        for order in passedOn where order.until <= now {
            tell(.answered(order.ask.id, .noLeader))
        }
        passedOn.removeAll { $0.until <= now }
        if passedOn.isEmpty { settleAll(.ask) }
    }

    private mutating func reply(to order: Order, _ outcome: Outcome, after: RecordID? = nil) {
        if order.isStop { return }
        if order.from == me { return tell(.answered(order.id, outcome), after: after) }
        let answer = AskAnswer(id: order.id, outcome: outcome)
        replies.removeAll { $0.id == order.id }
        replies.append(answer)
        if replies.count > Self.repliesLimit { replies.removeFirst() }
        send(to: order.from, .answer(answer), after: after)
    }

    mutating func answerAll(_ outcome: Outcome) {
        for order in commands + (inHand.map { [$0] } ?? []) { reply(to: order, outcome) }
        commands = []
        inHand = nil
    }

    /// The decree that the next command makes; nil where there is none, or it was refused.
    mutating func nextOrder(at now: Instant) -> Decree? {
        // Asked at every step of a leader: where nothing waits, nothing is worked out.
        guard !commands.isEmpty, inHand == nil, let decided = learner.decided,
            leaseEnd(at: now) != nil
        else { return nil }
        while !commands.isEmpty {
            let order = commands.removeFirst()
            do throws(Refused) {
                var state = try change(order, from: decided, at: now)
                // What is so already is done already.
                if state.agrees(with: decided.state) {
                    let after = ledger.after(.decided)
                    reply(to: order, .done(slot: decided.slot), after: after)
                    continue
                }
                if state.leader != me, isHeld {
                    waitForHolders(order, at: now)
                    return nil
                }
                state.cause = order.isStop ? .stop : state.cause
                if order.command == .remove(name: order.from.name) { state.cause = .left }
                state.askedBy = order.from.name
                state.lastRequest = order.id
                guard
                    let decree = Decree(ifAny: state, within: Decree.roomLimit, digest: Hash.self)
                else { throw Refused("the decree would be too long; use fewer labels") }
                inHand = order
                return decree
            } catch {
                if error.mayPass, now < order.patience {
                    commands.insert(order, at: 0)
                    return nil
                }
                if order.isStop { release(to: nil, at: now) }
                reply(to: order, .refused(error.sentence))
            }
        }
        return nil
    }

    private mutating func waitForHolders(_ order: Order, at now: Instant) {
        commands.insert(order, at: 0)
        commands[0].waitsForHolders = true
        // What may come by itself has its time after that.
        commands[0].patience = now + settings.heartbeat * 4
    }

    /// What the order makes of the newest decree.
    private func change(
        _ order: Order,
        from decided: Decree,
        at now: Instant
    ) throws(Refused) -> ClusterState {
        var state = successor(of: decided)
        if let members = order.members {
            state.members = members
            state.cause = .settings
        } else {
            try change(&state, by: order.command, after: decided, at: now)
        }
        try nameSuccessor(in: &state, after: decided, at: now)
        if let objection = state.objection { throw Refused(objection) }
        try demandVersion(of: state, after: decided)
        try demandQuorum(for: state, after: decided, force: order.force, at: now)
        return state
    }

    private func change(
        _ state: inout ClusterState,
        by command: Command,
        after decided: Decree,
        at now: Instant
    ) throws(Refused) {
        switch command {
        case .transfer(let name): try transfer(&state, to: name, after: decided, at: now)
        case .admit(let name, let role): try admit(&state, name, role)
        case .remove(let name): try remove(&state, name)
        case .replace(let name, let other): try replace(&state, name, by: other, at: now)
        case .set(let name, let change): try set(&state, name, change)
        case .settings(let change): try set(&state, change)
        case .drain(let name): try drain(&state, name, true)
        case .undrain(let name): try drain(&state, name, false)
        case .pause(let milliseconds): try pause(&state, milliseconds)
        case .resume: resume(&state)
        }
    }

    /// The command in hand is done, or another's value came before it.
    mutating func settleOrder(_ decree: Decree, at now: Instant) {
        // Who is to follow must hold this decree first, and says so with its next answer.
        for at in commands.indices where commands[at].isStop {
            commands[at].patience = now + stopPatience
        }
        guard let order = inHand else { return }
        inHand = nil
        if decree.state.lastRequest == order.id {
            reply(to: order, .done(slot: decree.slot), after: ledger.after(.decided))
        } else {
            commands.insert(order, at: 0)
        }
    }

    /// How long a stop waits for one thing that may come by itself.
    private var stopPatience: Span { settings.heartbeat * 2 }

    /// SIGTERM: hand over if there is anything to hand over, then say that all is done. What is being
    /// proposed is chosen first: there is one value for this slot under this ballot (R13), and the
    /// decree that names a successor is for the next.
    private mutating func stop(at now: Instant) {
        guard !isLeaving else { return }
        isLeaving = true
        if isHalted { return tell(.stopped) }
        if leaseEnd(at: now) != nil, phase == .reigning {
            releaseUntil = now + settings.lease
            // Who follows says with its next answer that it holds the newest decree.
            commands.insert(
                Order(
                    id: RequestID(random.next()),
                    command: .transfer(to: nil),
                    from: me,
                    patience: now + stopPatience,
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

    /// Whether what is being proposed keeps this host from its stop for too long: then whoever comes
    /// first is as good a successor as the one that would be named.
    func isStopOverdue(at now: Instant) -> Bool {
        guard isLeaving, let request = acceptUnderWay else { return false }
        return commands.contains {
            $0.isStop && max($0.patience, request.sentAt + stopPatience) <= now
        }
    }

    mutating func finishLeaving(at now: Instant) {
        guard isLeaving, !isHalted else { return }
        if leaseEnd(at: now) != nil { release(to: nil, at: now) }
        halt()
        tell(.stopped)
    }
}
