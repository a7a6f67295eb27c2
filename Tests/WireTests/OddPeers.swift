// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing
import Wire

// One host among peers that hold the cluster's key and say odd things: messages that are nearly right,
// bent in a few places, from members and from strangers. What the host asks is answered as it should
// be, most of the time, so that it gets as far as leading.
//
//      craft or answer ──▶ bytes ──▶ bend ──▶ decode ──▶ step ──▶ records, messages ──▶ checked

/// What the host is when it starts.
enum OddRole: CaseIterable, Sendable {
    case voter, leader, alone, observer, founder, joiner, removed
}

struct OddPeers {
    static let strangers = [node("db8", 0xD8), node("db9", 0xD9)]
    static let hosts = [Sample.db1, Sample.db2, Sample.db3]
    static let list = InitialList(hosts.map { .init(name: $0.name, addresses: []) })
    let me = Sample.db1
    private var replica: Replica<ToyDigest>
    var chance: SplitMix64
    /// A host that has been up for more than a year.
    var now = Instant(nanoseconds: 400 * 86_400_000_000_000)
    var decided: Decree?
    var promised = Ballot.zero
    var accepted: Decree?
    /// What the others have to say to what it has said.
    private var replies: [(body: Message.Body, from: NodeID)] = []
    private var writing: [RecordID] = []

    init(_ role: OddRole, seed: UInt64) {
        chance = SplitMix64(seed: seed)
        replica = Replica(seed: seed)
        var record = Record(id: RecordID(9), node: me, origin: .join)
        switch role {
        case .founder: record.origin = .bootstrap(Self.list)
        case .joiner: break
        case .voter, .leader, .alone, .observer, .removed:
            record.decided = Self.decree(role, me)
            record.promised = Ballot(round: 4, owner: role == .leader ? me : Sample.db2)
            record.maxLease = .milliseconds(500)
        }
        (decided, promised) = (record.decided, record.promised)
        var start = Recovered(
            record: record,
            member: Member(id: me),
            clusterName: "odd",
            settings: Settings(),
            run: 1
        )
        if role == .leader { start.inherited = now + .milliseconds(400) }
        step(.started(start))
        for host in Self.hosts where host != me { greet(host) }
    }

    private static func decree(_ role: OddRole, _ me: NodeID) -> Decree {
        var members = hosts.map { Member(id: $0) }
        switch role {
        case .alone: members = [Member(id: me), Member(id: Sample.db2, role: .observer)]
        case .observer: members[0].role = .observer
        case .removed: members.removeFirst()
        default: break
        }
        let leader = members[0].id == me && role != .voter && role != .observer ? me : Sample.db2
        return Decree(
            ClusterState(
                cluster: ToyDigest.digest([1]),
                slot: 5,
                previous: ToyDigest.digest([2]),
                epoch: 3,
                leader: leader,
                name: "odd",
                settings: Settings(),
                members: members,
                cause: .elected
            ),
            digest: ToyDigest.self
        )
    }

    /// So many odd things happen, one after another, and at last it is told to stop.
    mutating func play(_ count: Int) {
        for _ in 0..<count { turn() }
        step(.asked(.stop))
        for _ in 0..<20 {
            say(anything(), from: anybody(), bends: 2)
            pass()
        }
    }

    private mutating func turn() {
        switch chance.below(22) {
        case 0..<7: say(anything(), from: anybody(), bends: 2)
        case 7..<13:
            guard !replies.isEmpty else { return }
            let reply = replies.removeFirst()
            say(reply.body, from: reply.from, bends: 6)
        case 13..<17: pass()
        case 17: step(.asked(.command(command(), force: chance.below(2) == 0, id: request())))
        case 18: greet(anybody())
        case 19: step(.asked(.held(chance.below(2) == 0)))
        case 20: step(.asked(.restart(grace: .milliseconds(Int64(chance.below(120_000))))))
        default:
            let text = text()
            step(
                chance.below(2) == 0
                    ? .unreachable(anybody()) : .located(anybody(), address: text)
            )
        }
    }

    // Time, and what the host does.

    private mutating func pass() {
        let long = chance.below(50) == 0
        let span = Span.milliseconds(Int64(chance.below(long ? 86_400_000 : 300)))
        let end = now + span
        for _ in 0..<20 {
            guard let deadline = replica.deadline, deadline <= end else { break }
            now = max(now, deadline)
            step(.deadline)
        }
        now = end
        step(.deadline)
    }

    private mutating func step(_ input: Input) {
        let effects = replica.step(input, at: now)
        for record in effects.records { check(record) }
        for envelope in effects.messages { check(envelope) }
        let answer = replica.answer(at: now)
        #expect(answer.standing != .leader || answer.decree?.leader == me)
        #expect(answer.validUntil <= now + .milliseconds(120_000))
        // Now and then the disk takes its time.
        while !writing.isEmpty, chance.below(8) > 0 { step(.stored(writing.removeFirst())) }
    }

    /// What it writes it can read again, and nothing in it goes back.
    private mutating func check(_ record: Record) {
        for decree in [record.decided, record.accepted?.value].compactMap({ $0 }) {
            #expect(throws: Never.self) {
                try Decree(decoding: decree.bytes, digest: ToyDigest.self)
            }
        }
        #expect(record.promised >= promised)
        #expect(record.decided?.slot ?? 0 >= decided?.slot ?? 0)
        #expect(record.decided?.epoch ?? 0 >= decided?.epoch ?? 0)
        (decided, promised, accepted) = (record.decided, record.promised, record.accepted?.value)
        writing.append(record.id)
    }

    /// What it says others can read, as long as there are numbers left.
    private mutating func check(_ envelope: Envelope) {
        let message = envelope.message
        let bytes = message.encoded
        if message.slot < 1 << 61 - 1 {
            #expect(throws: Never.self) { try Message.decode(bytes, digest: ToyDigest.self) }
        }
        guard envelope.attempt == 0, replies.count < 50 else { return }
        if let reply = answer(message.body) { replies.append((reply, envelope.to)) }
    }

    private mutating func greet(_ node: NodeID) {
        let heard = [HeardNumber(node: me, number: 1)]
        say(
            .hello(Hello(run: 2, writeNumber: 1, heard: heard, versions: 1...1)),
            from: node,
            bends: 9
        )
    }

    /// The message goes the way of all messages; one of so many is bent before.
    private mutating func say(_ body: Message.Body, from node: NodeID, bends: UInt64) {
        let slot = decided.map { $0.slot - (chance.below(20) == 0 ? 1 : 0) } ?? 0
        let message = Message(cluster: decided?.cluster, slot: slot, body: body)
        var bytes = message.encoded
        if chance.below(bends) == 0 {
            let row = bend(Array(bytes.dropFirst(4)))
            bytes = Array(bytes.prefix(2)) + [UInt8(row.count >> 8), UInt8(row.count & 0xFF)] + row
        }
        guard let arrival = try? Message.decode(bytes, digest: ToyDigest.self),
            case .message(let heard) = arrival
        else { return }
        step(.received(heard, from: node, session: .zero))
    }
}
