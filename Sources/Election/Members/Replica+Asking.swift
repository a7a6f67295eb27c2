// SPDX-License-Identifier: Apache-2.0

import Paxos

// What is asked of this host, by its operators or by another host. Who leads takes it; who knows the
// leader passes it on, and waits for as long as that one is at work; who knows none says so.

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
}
