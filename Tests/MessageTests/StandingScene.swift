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

    var replica = Replica<ToyDigest>(seed: 1)
    let decree: Decree
    private let role: Role
    var now = Instant(nanoseconds: 1_000_000_000)
    /// All that was sent so far.
    private(set) var sent: [Envelope] = []
    /// All that was written so far; it is on disk at once.
    private(set) var records: [Record] = []

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
        let start = Recovered(
            record: last ?? first,
            member: Member(id: Self.me),
            clusterName: "test",
            settings: Settings(),
            run: 42
        )
        step(.started(start))
        for node in [Self.peer, Self.third] {
            hear(.hello(Hello(run: 1, writeNumber: 1, heard: [], versions: 1...1)), from: node)
        }
    }

    static func decree(
        _ slot: Slot,
        leader: NodeID,
        epoch: UInt64,
        _ role: Role,
        after previous: DecreeID
    ) -> Decree {
        Decree(
            ClusterState(
                cluster: ToyDigest.digest([1]),
                slot: slot,
                previous: previous,
                epoch: epoch,
                leader: leader,
                name: "test",
                settings: Settings(),
                members: [
                    Member(id: peer, role: role), Member(id: third), Member(id: me),
                ],
                cause: .elected
            ),
            digest: ToyDigest.self
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

    /// Hears a message as its sender would send it, whose newest decree is of `slot`; gives what is
    /// sent then.
    @discardableResult
    mutating func hear(
        _ body: Message.Body,
        slot: Slot = 5,
        from sender: NodeID = third
    ) -> [Envelope] {
        now = now + .milliseconds(1)
        let before = sent.count
        let message = Message(cluster: decree.cluster, slot: slot, body: body)
        step(.received(message, from: sender, session: .zero))
        return Array(sent[before...])
    }

    /// Lets this much time pass.
    mutating func pass(_ span: Span) {
        let end = now + span
        while let deadline = replica.deadline, deadline <= end {
            now = max(now, deadline)
            step(.deadline)
        }
        now = end
    }

    private mutating func step(_ input: Input) {
        let effects = replica.step(input, at: now)
        sent += effects.messages
        records += effects.records
        for record in effects.records { step(.stored(record.id)) }
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

    // How far the host has got.

    /// The ballots it has asked promises for, each once.
    var ballots: [Ballot] {
        var ballots: [Ballot] = []
        for case .prepare(let request) in sent.map(\.message.body)
        where ballots.last != request.prepare.ballot {
            ballots.append(request.prepare.ballot)
        }
        return ballots
    }

    /// Has a majority say that it would be served, and gives the ballot it takes then.
    mutating func stand(told promised: Ballot = promised) -> Ballot {
        hear(Self.canvassReply(promised: promised))
        pass(.milliseconds(50))
        guard ballots.count == 1 else { preconditionFailure("it stands once: \(ballots)") }
        return ballots[0]
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

/// The proposals among these messages, and for whom.
func accepts(_ envelopes: [Envelope]) -> [(to: NodeID, request: AcceptRequest)] {
    var accepts: [(to: NodeID, request: AcceptRequest)] = []
    for envelope in envelopes {
        if case .accept(let request) = envelope.message.body {
            accepts.append((envelope.to, request))
        }
    }
    return accepts
}
