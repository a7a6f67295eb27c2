// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// A replica in the middle of its life: decree 5 is decided, n1 leads by it, and this host, n2, has
/// promised 5.n1. No process ran before that could have granted anything.
struct Fixture {
    static let nodes = (1...4).map { index -> NodeID in
        var bytes = [UInt8](repeating: 0, count: PublicKey.length)
        bytes[0] = UInt8(index)
        return NodeID(name: "n\(index)", key: PublicKey(bytes) ?? .none)
    }
    static var n1: NodeID { nodes[0] }
    static var n2: NodeID { nodes[1] }
    static var n3: NodeID { nodes[2] }

    static let promised = Ballot(round: 5, owner: n1)
    static let lease = Span.milliseconds(500)
    static let now = Instant(nanoseconds: 1_000_000_000_000)

    let role: Role
    var replica: Replica<QuickDigest>
    /// The newest decree that the replica knows: slot 5.
    let decided: Decree

    /// What this host has accepted for slot 6.
    enum Held: String, CaseIterable, Sendable {
        /// Nothing.
        case none
        /// A value of the asker's own, under an older ballot.
        case own
        /// A value of another proposer.
        case other
    }

    init(role: Role, held: Held = .none, other: Role = .voter, maxLease: Span = .zero) {
        self.role = role
        decided = Self.decree(5, role: role, other: other)
        var record = Record(id: RecordID(9), node: Self.n2, origin: .join)
        record.decided = decided
        record.promised = Self.promised
        record.maxLease = maxLease
        switch held {
        case .none: break
        case .own:
            record.accepted = Proposal(
                ballot: Ballot(round: 4, owner: Self.n1),
                value: Self.decree(6, after: decided, leader: Self.n1)
            )
        case .other:
            record.accepted = Proposal(
                ballot: Ballot(round: 4, owner: Self.n3),
                value: Self.decree(6, after: decided, leader: Self.n3)
            )
        }
        replica = Replica(seed: 1)
        _ = replica.step(
            .started(
                Recovered(
                    record: record,
                    member: Member(id: Self.n2, role: role),
                    clusterName: "test",
                    settings: Settings(),
                    run: 1
                )
            ),
            at: Self.now
        )
        // It answers nobody before another voter has greeted it (R23).
        let hello = Hello(
            run: 2,
            writeNumber: 1,
            heard: [HeardNumber(node: Self.n2, number: 9)],
            versions: 1...1
        )
        _ = receive(.hello(hello), from: Self.n3)
    }

    /// A decree whose n2 has this role, and n3 that; the founding one names the cluster of all.
    static func decree(
        _ slot: Slot,
        role: Role = .voter,
        other: Role = .voter,
        after: Decree? = nil,
        leader: NodeID = n1
    ) -> Decree {
        var members = [Member(id: n1), Member(id: n2, role: role), Member(id: n3, role: other)]
        if let after { members = after.state.members }
        return Decree(
            ClusterState(
                cluster: Digest([UInt8](repeating: 7, count: Digest.length)),
                slot: slot,
                previous: after?.id ?? .none,
                epoch: leader == n1 ? 3 : 4,
                leader: leader,
                name: "test",
                settings: Settings(),
                members: members,
                cause: .elected
            ),
            digest: QuickDigest.self
        )
    }

    /// Lets a message come in; its header shows `slot`.
    mutating func receive(
        _ body: Message.Body,
        from node: NodeID = n1,
        showing slot: Slot = 5,
        at now: Instant = now
    ) -> Effects {
        let message = Message(cluster: decided.cluster, slot: slot, body: body)
        return replica.step(.received(message, from: node, session: .zero), at: now)
    }
}

/// Lower, the same, higher.
enum Relation: String, CaseIterable, Sendable {
    case lower, same, higher

    /// A ballot of n1 that stands so to the promised one.
    var ballot: Ballot {
        switch self {
        case .lower: Ballot(round: 4, owner: Fixture.n1)
        case .same: Fixture.promised
        case .higher: Ballot(round: 6, owner: Fixture.n1)
        }
    }

    /// A slot that stands so to `slot`.
    func slot(_ slot: Slot) -> Slot {
        switch self {
        case .lower: slot - 1
        case .same: slot
        case .higher: slot + 1
        }
    }
}

/// One cell of a table.
struct Cell: Sendable, CustomStringConvertible {
    let role: Role
    let ballot: Relation
    let slot: Relation
    let held: Fixture.Held

    var description: String { "\(role), ballot \(ballot), slot \(slot), accepted \(held)" }

    /// Every role, ballot, slot and accepted value.
    static let all: [Cell] = Role.allCases.flatMap { role in
        Relation.allCases.flatMap { ballot in
            Relation.allCases.flatMap { slot in
                Fixture.Held.allCases.map { held in
                    Cell(role: role, ballot: ballot, slot: slot, held: held)
                }
            }
        }
    }
}

/// What an answer says, without its figures.
enum Said: Hashable {
    case nothing
    case promise(after: Bool, accepted: Ballot?)
    case accepted(after: Bool)
    case ack(lease: Span, after: Bool)
    case refuse(Refusal.Reason)
    case decided

    /// The answer to `node` in these effects, heard as the rules put it.
    init(_ effects: Effects, to node: NodeID = Fixture.n1) {
        self = .nothing
        for envelope in effects.messages where envelope.to == node {
            let isHeld = envelope.after != nil
            switch envelope.message.body {
            case .promise(let reply):
                self = .promise(after: isHeld, accepted: reply.promise.accepted?.ballot)
            case .accepted: self = .accepted(after: isHeld)
            case .ack(let ack): self = .ack(lease: ack.lease, after: isHeld)
            case .refuse(let refusal): self = .refuse(refusal.reason)
            case .decided: self = .decided
            default: break
            }
        }
    }
}
