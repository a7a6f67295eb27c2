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

struct Scene {
    /// The asker leads by decree 5, `other` is a third voter, `me` is the host under test.
    static let asker = node("asker", 1)
    static let other = node("other", 2)
    static let me = node("me", 3)
    /// The ballot that is promised.
    static let promised = Ballot(round: 10, owner: asker)

    static let lease = Span.milliseconds(500)

    var replica = Replica<ToyDigest>(seed: 1)
    let decree: Decree
    /// What the asker proposes for slot 6, and what `other` once did.
    let proposal: Decree
    let accepted: Proposal<Decree>?
    /// When the host's process began.
    static let start = Instant(nanoseconds: 1_000_000_000)
    var now = Self.start

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
        decree = Self.decree(5, leader: Self.asker, role, third, after: .none)
        proposal = Self.decree(6, leader: Self.asker, role, third, after: decree.id)
        accepted =
            switch held {
            case .nothing: nil
            case .own: Proposal(ballot: Self.promised, value: proposal)
            case .other:
                Proposal(
                    ballot: Ballot(round: 4, owner: Self.other),
                    value: Self.decree(6, leader: Self.other, role, third, after: decree.id)
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
        let start = Recovered(
            record: record,
            member: Member(id: Self.me, role: role),
            clusterName: "test",
            settings: Settings(),
            run: 42
        )
        _ = replica.step(.started(start), at: now)
        for peer in [Self.asker, Self.other] {
            let hello = Hello(run: 1, writeNumber: 1, heard: [], versions: 1...1)
            _ = receive(.hello(hello), slot: 5, from: peer)
        }
    }

    private static func decree(
        _ slot: Slot,
        leader: NodeID,
        _ role: Role,
        _ third: Role,
        after previous: DecreeID
    ) -> Decree {
        Decree(
            ClusterState(
                cluster: ToyDigest.digest([1]),
                slot: slot,
                previous: previous,
                epoch: leader == asker ? 3 : 4,
                leader: leader,
                name: "test",
                settings: Settings(),
                members: [
                    Member(id: asker), Member(id: other, role: third),
                    Member(id: me, role: role),
                ],
                cause: .elected
            ),
            digest: ToyDigest.self
        )
    }

    /// A message as its sender would send it, whose newest decree is of `slot`.
    mutating func receive(
        _ body: Message.Body,
        slot: Slot,
        from sender: NodeID = asker
    ) -> Effects {
        now = now + .milliseconds(1)
        let message = Message(cluster: decree.cluster, slot: slot, body: body)
        return replica.step(.received(message, from: sender, session: .zero), at: now)
    }

    /// The answers to the sender of the last message, without greetings and calls for decrees.
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

/// How the host turned somebody down; nil if it did not.
func refusal(_ bodies: [Message.Body]) -> Refusal.Reason? {
    for case .refuse(let refusal) in bodies { return refusal.reason }
    return nil
}

/// The decree that the sender was shown; nil if it was shown none.
func shown(_ bodies: [Message.Body]) -> Decree? {
    for case .decided(let decree) in bodies { return decree }
    return nil
}
