// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// A voter of three on its way to leadership, n2. The test plays the other two: what is sent to one
/// of them is answered at once, and each record is on disk at once.
struct Candidate {
    /// How a peer answers; nil is silence.
    typealias Peer = (NodeID, Message.Body) -> Message.Body?

    var replica = Replica<QuickDigest>(seed: 1)
    var now = Instant(nanoseconds: 1_000_000_000_000)
    let decided: Decree
    let answer: Peer
    /// All that was sent and told so far.
    private(set) var sent: [Message.Body] = []
    private(set) var events: [Event] = []

    /// Starts with decree 5, and is greeted by both.
    init(_ decided: Decree = Fixture.decree(5), answer: @escaping Peer) {
        (self.decided, self.answer) = (decided, answer)
        var record = Record(id: RecordID(9), node: Fixture.n2, origin: .join)
        record.decided = decided
        record.promised = Ballot(round: 5, owner: Fixture.n1)
        let start = Recovered(
            record: record,
            member: Member(id: Fixture.n2),
            clusterName: "test",
            settings: Settings(),
            run: 1
        )
        step(.started(start))
        for peer in [Fixture.n1, Fixture.n3] {
            let heard = [HeardNumber(node: Fixture.n2, number: 9)]
            hear(.hello(Hello(run: 2, writeNumber: 1, heard: heard, versions: 1...1)), from: peer)
        }
    }

    /// What a peer says that has nothing against it.
    static func willing(_ node: NodeID, _ body: Message.Body) -> Message.Body? {
        switch body {
        case .canvass:
            .canvassReply(
                CanvassReply(durableSlot: 5, promised: .zero, freeIn: .zero, serves: true)
            )
        case .prepare(let request):
            .promise(
                PromiseReply(
                    promise: Promise(
                        ballot: request.prepare.ballot,
                        slot: request.prepare.slot,
                        accepted: nil
                    ),
                    writeNumber: 1
                )
            )
        case .accept(let request):
            .accepted(
                AcceptedReply(
                    accepted: Accepted(ballot: request.accept.ballot, slot: request.accept.slot),
                    decree: request.accept.value.id,
                    sentAt: request.sentAt,
                    lease: request.lease,
                    writeNumber: 1
                )
            )
        case .heartbeat(let heartbeat):
            .ack(
                Ack(
                    ballot: heartbeat.ballot,
                    slot: heartbeat.slot,
                    sentAt: heartbeat.sentAt,
                    lease: heartbeat.lease,
                    durableSlot: heartbeat.slot,
                    writeNumber: 1
                )
            )
        default: nil
        }
    }

    /// The ballots it has asked promises for, each once.
    var ballots: [Ballot] {
        var ballots: [Ballot] = []
        for case .prepare(let request) in sent where ballots.last != request.prepare.ballot {
            ballots.append(request.prepare.ballot)
        }
        return ballots
    }

    /// Hears n1 lead, as the decree says.
    mutating func follow() {
        let heartbeat = Heartbeat(
            ballot: Ballot(round: 5, owner: Fixture.n1),
            slot: decided.slot,
            sentAt: .zero,
            lease: .milliseconds(500),
            leaseLeft: .milliseconds(500)
        )
        hear(.heartbeat(heartbeat), from: Fixture.n1)
    }

    mutating func hear(_ body: Message.Body, from node: NodeID) {
        let message = Message(cluster: decided.cluster, slot: decided.slot, body: body)
        step(.received(message, from: node, session: .zero))
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

    mutating func step(_ input: Input) {
        let effects = replica.step(input, at: now)
        events += effects.events.map(\.event)
        for record in effects.records { step(.stored(record.id)) }
        for envelope in effects.messages {
            sent.append(envelope.message.body)
            guard let reply = answer(envelope.to, envelope.message.body) else { continue }
            hear(reply, from: envelope.to)
        }
    }
}
