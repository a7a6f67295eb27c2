// SPDX-License-Identifier: Apache-2.0

import Paxos

// How a leader carries out what it was asked: one after the other, each done by one decree, or refused
// with a sentence.

extension Replica {
    /// How many commands wait at most.
    private static var ordersLimit: Int { 16 }
    /// Of how many commands of other hosts a run remembers what it has answered.
    private static var repliesLimit: Int { 64 }

    mutating func take(_ order: Order, at now: Instant) {
        guard commands.count < Self.ordersLimit else {
            return reply(to: order, .refused("too many commands wait; try again in a moment"))
        }
        commands.append(order)
        commands[commands.count - 1].patience = now + settings.heartbeat * 4
    }

    mutating func reply(to order: Order, _ outcome: Outcome, after: RecordID? = nil) {
        if order.isStop { return }
        if order.from == me { return tell(.answered(order.id, outcome), after: after) }
        let answer = AskAnswer(id: order.id, outcome: outcome)
        replies.removeAll { $0.id == order.id }
        replies.append(answer)
        if replies.count > Self.repliesLimit { replies.removeFirst() }
        send(to: order.from, .answer(answer), after: after)
    }

    /// Tells whoever waits for a command that this node does not lead any more.
    mutating func turnAwayCommands() {
        for order in commands + (inHand.map { [$0] } ?? []) { reply(to: order, .noLeader) }
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
}
