// SPDX-License-Identifier: Apache-2.0

import Election
import Explorer
import Paxos

// Each breaks one rule, and nothing else: what an explorer is worth is what it finds in these.

/// Forgets what it has accepted as soon as it has said so.
struct Forgetful: Accepting {
    private var real = Acceptor<Wish>()

    var slot: Slot { real.slot }
    var promised: Ballot { real.promised }
    var accepted: Proposal<Wish>? { nil }

    mutating func receive(_ prepare: Prepare) -> Acceptor<Wish>.PrepareAnswer {
        real.receive(prepare)
    }

    mutating func receive(_ accept: Accept<Wish>) -> Acceptor<Wish>.AcceptAnswer {
        let answer = real.receive(accept)
        real = Acceptor(slot: real.slot, promised: real.promised)
        return answer
    }

    mutating func open(_ slot: Slot) { real.open(slot) }
}

/// Serves whoever comes last, whatever it has promised.
struct Faithless: Accepting {
    private var real = Acceptor<Wish>()

    var slot: Slot { real.slot }
    var promised: Ballot { real.promised }
    var accepted: Proposal<Wish>? { real.accepted }

    mutating func receive(_ prepare: Prepare) -> Acceptor<Wish>.PrepareAnswer {
        if prepare.ballot < promised { real = Acceptor(slot: slot) }
        return real.receive(prepare)
    }

    mutating func receive(_ accept: Accept<Wish>) -> Acceptor<Wish>.AcceptAnswer {
        real.receive(accept)
    }

    mutating func open(_ slot: Slot) { real.open(slot) }
}

/// Does not listen to what the promises report.
struct Headstrong: Proposing {
    private var real: Proposer<Wish>

    init(ballot: Ballot) { real = Proposer(ballot: ballot) }

    var ballot: Ballot { real.ballot }
    var proposed: Accept<Wish>? { real.proposed }

    mutating func receive(_ promise: Promise<Wish>, from node: NodeID) {
        let deaf = Promise<Wish>(ballot: promise.ballot, slot: promise.slot, accepted: nil)
        real.receive(deaf, from: node)
    }

    func isPrepared(for slot: Slot, by quorum: Quorum) -> Bool {
        real.isPrepared(for: slot, by: quorum)
    }
    func hasPromise(of node: NodeID, for slot: Slot) -> Bool {
        real.hasPromise(of: node, for: slot)
    }
    mutating func propose(_ own: Wish, for slot: Slot, quorum: Quorum) -> Accept<Wish> {
        real.propose(own, for: slot, quorum: quorum)
    }
    mutating func receive(_ accepted: Accepted, from node: NodeID) {
        real.receive(accepted, from: node)
    }
    func chosen(by quorum: Quorum) -> Wish? { real.chosen(by: quorum) }
}

/// A way to break the real replica: by what it is told, or by what is done with what it says.
protocol Flaw: Hashable, Sendable {
    static func hears(_ input: Input) -> Input
    static func says(_ effects: Effects) -> Effects
}

extension Flaw {
    static func hears(_ input: Input) -> Input { input }
    static func says(_ effects: Effects) -> Effects { effects }
}

/// The real replica with a flaw.
struct Flawed<F: Flaw>: Replicating {
    private var real: RealReplica

    init(seed: UInt64) { real = RealReplica(seed: seed) }

    var deadline: Instant? { real.deadline }
    func answer(at now: Instant) -> Answer { real.answer(at: now) }
    mutating func greet(_ node: NodeID) -> Envelope { real.greet(node) }
    mutating func settleDown(at now: Instant) { real.settleDown(at: now) }
    mutating func step(_ input: Input, at now: Instant) -> Effects {
        F.says(real.step(F.hears(input), at: now))
    }
}

/// Serves everybody as soon as it has started (against R7).
enum NoHoldOff: Flaw {
    static func hears(_ input: Input) -> Input {
        guard case .started(var recovered) = input else { return input }
        recovered.record.maxLease = .zero
        return .started(recovered)
    }
}

/// Grants half of what it says (against R15).
enum HalfGrant: Flaw {
    static func hears(_ input: Input) -> Input {
        guard case .received(var message, let node, let session) = input,
            case .heartbeat(var heartbeat) = message.body
        else { return input }
        heartbeat.lease = heartbeat.lease / 2
        message.body = .heartbeat(heartbeat)
        return .received(message, from: node, session: session)
    }

    static func says(_ effects: Effects) -> Effects {
        var effects = effects
        for at in effects.records.indices {
            effects.records[at].maxLease = effects.records[at].maxLease * 2
        }
        for at in effects.messages.indices {
            guard case .ack(var ack) = effects.messages[at].message.body else { continue }
            ack.lease = ack.lease * 2
            effects.messages[at].message.body = .ack(ack)
        }
        return effects
    }
}

/// Starts without what it promised (against R4).
enum LostPromise: Flaw {
    static func hears(_ input: Input) -> Input {
        guard case .started(var recovered) = input else { return input }
        recovered.record.promised = .zero
        recovered.record.accepted = nil
        return .started(recovered)
    }
}

/// Says what is not on disk yet (against R4).
enum Hasty: Flaw {
    static func says(_ effects: Effects) -> Effects {
        var effects = effects
        for at in effects.messages.indices { effects.messages[at].after = nil }
        return effects
    }
}

/// Breaks nothing, but cries out when a new epoch is led: an explorer that never gets so far would
/// find nothing either.
enum Herald: Flaw {
    static func says(_ effects: Effects) -> Effects {
        var effects = effects
        for told in effects.events {
            guard case .leads(let epoch) = told.event, epoch > 1 else { continue }
            effects.events.append(Told(.contradiction(.nobody, "epoch \(epoch) is led")))
        }
        return effects
    }
}
