// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

// One host that has just met a cluster in slot 5, with a ballot promised and something accepted or
// not: the square on which every message is tried in every relation to what the host knows.

enum Relation: CaseIterable, Sendable { case lower, equal, higher }
enum Held: CaseIterable, Sendable { case nothing, own, other }

/// Who asks: the host whose ballot is promised, or another voter, to whom that one is a rival's.
enum Asker: CaseIterable, Sendable {
    case owner, rival

    var node: NodeID { self == .owner ? Scene.asker : Scene.other }
    var opponent: NodeID { self == .owner ? Scene.other : Scene.asker }
}

struct Case: CustomTestStringConvertible, Sendable {
    let role: Role
    let ballot: Relation
    let slot: Relation
    let held: Held

    var testDescription: String {
        "a \(role): ballot \(ballot), slot \(slot), accepted \(held)"
    }

    /// The slot asked for, and so the newest decree of the sender, one below; 6 is open here.
    var askedSlot: Slot {
        switch slot {
        case .lower: 5
        case .equal: 6
        case .higher: 7
        }
    }

    static let all = Role.allCases.flatMap { role in
        Relation.allCases.flatMap { ballot in
            Relation.allCases.flatMap { slot in
                Held.allCases.map { Case(role: role, ballot: ballot, slot: slot, held: $0) }
            }
        }
    }
}

/// Where the host is asked.
struct Scene {
    /// The asker leads by decree 5, `other` is a third voter, `me` is the host under test.
    static let asker = node("asker", 1)
    static let other = node("other", 2)
    static let me = node("me", 3)
    /// The ballot that is promised.
    static let promised = Ballot(round: 10, owner: asker)

    static let lease = Span.milliseconds(500)

    var host: LoneHost
    let decree: Decree
    /// What the asker proposes for slot 6, and what `other` once did.
    let proposal: Decree
    let accepted: Proposal<Decree>?

    /// - Parameters:
    ///   - role: what the host under test is.
    ///   - third: what `other` is.
    ///   - maxLease: the longest lease that it ever granted.
    init(
        _ role: Role,
        third: Role = .voter,
        held: Held = .nothing,
        maxLease: Span = .zero
    ) {
        let members = [
            Member(id: Self.asker), Member(id: Self.other, role: third),
            Member(id: Self.me, role: role),
        ]
        let decree = LoneHost.decree(5, leader: Self.asker, epoch: 3, members: members)
        func next(_ leader: NodeID, epoch: UInt64) -> Decree {
            LoneHost.decree(6, after: decree.id, leader: leader, epoch: epoch, members: members)
        }
        self.decree = decree
        proposal = next(Self.asker, epoch: 3)
        accepted =
            switch held {
            case .nothing: nil
            case .own: Proposal(ballot: Self.promised, value: proposal)
            case .other:
                Proposal(
                    ballot: Ballot(round: 4, owner: Self.other),
                    value: next(Self.other, epoch: 4)
                )
            }
        let record = Record(
            id: RecordID(7),
            node: Self.me,
            origin: .join,
            decided: decree,
            promised: Self.promised,
            accepted: accepted,
            maxLease: maxLease
        )
        host = LoneHost(record, role: role)
        host.meet([Self.asker, Self.other], slot: 5)
    }

    /// The same host in its next process, with nothing left but this record; greeted by these.
    func restarted(from record: Record, greetedBy peers: [NodeID] = [asker, other]) -> Scene {
        var next = self
        next.host = LoneHost(record, at: host.now)
        next.host.meet(peers, slot: 5)
        return next
    }

    /// A millisecond later it hears a message, from a sender whose newest decree is of `slot`.
    mutating func receive(
        _ body: Message.Body,
        slot: Slot,
        from sender: NodeID = asker
    ) -> Effects {
        host.stall(.milliseconds(1))
        return host.hear(body, slot: slot, from: sender)
    }

    /// What one of the others was told.
    func answers(_ effects: Effects, to node: NodeID = asker) -> [Message.Body] {
        effects.messages.filter { $0.to == node }.map(\.message.body)
    }

    /// A ballot of a round below, of or above the promised one. Of the same round a rival's is the
    /// higher one, for it has the higher name.
    static func ballot(_ relation: Relation, of owner: NodeID = asker) -> Ballot {
        switch relation {
        case .lower: Ballot(round: 9, owner: owner)
        case .equal: Ballot(round: 10, owner: owner)
        case .higher: Ballot(round: 11, owner: owner)
        }
    }
}
