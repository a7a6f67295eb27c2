// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos

/// One host that asks: it canvasses, stands, proposes or leads, and hears what others answer. The
/// square on which every answer is tried in every relation to what the host has asked.
///
///     peer    what the table is about: a voter, an observer or a witness
///     third   a voter, that answers what the test has it answer
///     me      the host under test, a voter; with one of the two it has a majority, with itself none
struct StandingScene {
    static let peer = node("peer", 1)
    static let third = node("third", 2)
    static let me = node("me", 3)
    /// The ballot that was promised when the host's process began.
    static let promised = Ballot(round: 10, owner: third)
    /// A ballot of an earlier run of this host: nothing that this run may go on with (R3).
    static let earlier = Ballot(round: 8, owner: me)

    var host: LoneHost
    let decree: Decree
    private let role: Role

    /// A host that knows decree 5 and has just been greeted: it asks around.
    ///
    /// - Parameters:
    ///   - role: what `peer` is.
    ///   - leader: who leads by decree 5.
    ///   - held: what this host has accepted for slot 6.
    ///   - last: what its last process left on disk, if that is not what the others say.
    init(
        _ role: Role,
        leader: NodeID = third,
        held: Held = .nothing,
        from last: Record? = nil
    ) {
        self.role = role
        decree = Self.decree(5, leader: leader, epoch: 3, role, after: .none)
        let first = Record(
            id: RecordID(7),
            node: Self.me,
            origin: .join,
            decided: decree,
            promised: Self.promised,
            accepted: Self.reported(held, slot: 6, role, after: decree)
        )
        host = LoneHost(last ?? first, disk: .quick)
        host.meet([Self.peer, Self.third], slot: 5)
    }

    static func decree(
        _ slot: Slot,
        leader: NodeID,
        epoch: UInt64,
        _ role: Role,
        after previous: DecreeID
    ) -> Decree {
        LoneHost.decree(
            slot,
            after: previous,
            leader: leader,
            epoch: epoch,
            members: [Member(id: peer, role: role), Member(id: third), Member(id: me)]
        )
    }

    /// What somebody has accepted for a slot: nothing, what an earlier run of this host proposed, or
    /// what another did.
    static func reported(
        _ held: Held,
        slot: Slot,
        _ role: Role,
        after decree: Decree
    ) -> Proposal<Decree>? {
        let previous = slot == 6 ? decree.id : .none
        switch held {
        case .nothing: return nil
        case .own:
            let value = Self.decree(slot, leader: me, epoch: 40, role, after: previous)
            return Proposal(ballot: earlier, value: value)
        case .other:
            let value = Self.decree(slot, leader: third, epoch: 30, role, after: previous)
            return Proposal(ballot: Ballot(round: 4, owner: third), value: value)
        }
    }

    func reported(_ held: Held, slot: Slot) -> Proposal<Decree>? {
        Self.reported(held, slot: slot, role, after: decree)
    }

    /// A millisecond later it hears a message, from a sender whose newest decree is of `slot`. Gives
    /// what it sends then.
    @discardableResult
    mutating func hear(
        _ body: Message.Body,
        slot: Slot = 5,
        from sender: NodeID = third
    ) -> [Envelope] {
        host.stall(.milliseconds(1))
        let before = host.sent.count
        host.hear(body, slot: slot, from: sender)
        return Array(host.sent[before...])
    }

    // What the others say.

    static func canvassReply(promised: Ballot, slot: Slot = 5) -> Message.Body {
        .canvassReply(
            CanvassReply(durableSlot: slot, promised: promised, freeIn: .zero, serves: true)
        )
    }

    static func promise(
        _ ballot: Ballot,
        slot: Slot = 6,
        accepted: Proposal<Decree>? = nil
    ) -> Message.Body {
        let promise = Promise(ballot: ballot, slot: slot, accepted: accepted)
        return .promise(PromiseReply(promise: promise, writeNumber: 1))
    }

    static func refusal(of ballot: Ballot, promised: Ballot) -> Message.Body {
        .refuse(Refusal(ballot: ballot, promised: promised, freeIn: .zero, reason: .promised))
    }

    /// Has a majority say that it would be served, and gives the ballot it takes then.
    mutating func stand(told promised: Ballot = promised) -> Ballot {
        hear(Self.canvassReply(promised: promised))
        host.pass(.milliseconds(50))
        guard host.ballots.count == 1 else {
            preconditionFailure("it stands once: \(host.ballots)")
        }
        return host.ballots[0]
    }

    /// This ballot, or one of the same host a round below or above.
    static func ballot(_ relation: Relation, to ballot: Ballot) -> Ballot {
        switch relation {
        case .lower: Ballot(round: ballot.round - 1, owner: ballot.owner)
        case .equal: ballot
        case .higher: Ballot(round: ballot.round + 1, owner: ballot.owner)
        }
    }
}
