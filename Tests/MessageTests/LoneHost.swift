// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos

/// One host by itself; the test is everything round it: its clock, its disk, and all other hosts.
///
///     the others   hear ──▶ ┌──────────┐ ──▶ sent      and what the others answer to that at once
///     the clock    pass ──▶ │ the host │ ──▶ records   on disk at once, or when the test says so
///                           └──────────┘ ──▶ events
///
/// Who the host is and what it knows to begin with is the business of the scenes that stand on this:
/// `Scene`, where it is asked, `StandingScene`, where it asks, and `Three`, where it leads.
struct LoneHost {
    /// What another host answers at once; nil is silence.
    typealias Others = (NodeID, Message.Body) -> Message.Body?

    enum Disk {
        /// Whatever is written is on disk before anything else happens.
        case quick
        /// A record is on disk when the test steps `stored`.
        case held
    }

    /// When the process began.
    static let start = Instant(nanoseconds: 1_000_000_000)

    var replica = Replica<ToyDigest>(seed: 1)
    var now = Self.start
    /// Of which cluster the others say that they are.
    var cluster: ClusterID?
    private let disk: Disk
    private let others: Others
    /// All that came of its steps so far.
    private(set) var sent: [Envelope] = []
    private(set) var records: [Record] = []
    private(set) var events: [Event] = []

    /// Starts from what is on its disk.
    ///
    /// - Parameters:
    ///   - role: what it brings along for a first decree.
    ///   - disk: how fast it writes.
    ///   - start: when that is.
    ///   - others: what is answered at once.
    init(
        _ record: Record,
        role: Role = .voter,
        disk: Disk = .held,
        at start: Instant = Self.start,
        others: @escaping Others = { _, _ in nil }
    ) {
        (cluster, self.disk, self.others) = (record.decided?.cluster, disk, others)
        now = start
        step(
            .started(
                Recovered(
                    record: record,
                    member: Member(id: record.node, role: role),
                    clusterName: "test",
                    settings: Settings(),
                    run: 42
                )
            )
        )
    }

    /// The host takes an input; what comes of that, but not of what the others answer.
    @discardableResult
    mutating func step(_ input: Input) -> Effects {
        let effects = replica.step(input, at: now)
        sent += effects.messages
        records += effects.records
        events += effects.events.map(\.event)
        if case .quick = disk {
            for record in effects.records { step(.stored(record.id)) }
        }
        for envelope in effects.messages {
            guard let reply = others(envelope.to, envelope.message.body) else { continue }
            hear(reply, slot: envelope.message.slot, from: envelope.to)
        }
        return effects
    }

    /// Hears a message from a sender whose newest decree is of `slot`, over a session that was begun
    /// then.
    @discardableResult
    mutating func hear(
        _ body: Message.Body,
        slot: Slot,
        from sender: NodeID,
        session: Instant = .zero
    ) -> Effects {
        let message = Message(cluster: cluster, slot: slot, body: body)
        return step(.received(message, from: sender, session: session))
    }

    /// These greet it, a millisecond apart.
    mutating func meet(_ peers: [NodeID], slot: Slot) {
        for peer in peers {
            stall(.milliseconds(1))
            hear(.greeting(), slot: slot, from: peer)
        }
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

    /// So much time passes in which nobody wakes it.
    mutating func stall(_ span: Span) { now = now + span }

    /// What it answers whoever asks who leads.
    var answer: Answer { replica.answer(at: now) }

    /// The words of what was sent, whoever they were for.
    var said: [Message.Body] { sent.map(\.message.body) }

    /// The ballots that it has asked promises for, each once.
    var ballots: [Ballot] {
        var ballots: [Ballot] = []
        for case .prepare(let request) in said
        where ballots.last != request.prepare.ballot {
            ballots.append(request.prepare.ballot)
        }
        return ballots
    }

    /// A decree of the cluster that these hosts are of.
    static func decree(
        _ slot: Slot,
        after previous: DecreeID = .none,
        leader: NodeID,
        epoch: UInt64,
        members: [Member]
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
                members: members,
                cause: .elected
            ),
            digest: ToyDigest.self
        )
    }
}
