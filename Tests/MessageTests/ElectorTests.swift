// SPDX-License-Identifier: Apache-2.0

import GoldenFile
import Paxos
import Testing

@testable import Election

/// Who holds the cluster's key and has no vote: an observer, a host that asks to join, an odd one.
@Suite("whose word a candidate and a leader count")
struct ElectorTests {
    private func stranger(_ index: UInt8) -> NodeID {
        let key = PublicKey([9, index] + [UInt8](repeating: 0, count: 30)) ?? .none
        return NodeID(name: "x\(index)", key: key)
    }

    @Test("promises, acceptances, grants and refusals of who does not vote are not kept (R12, R14)")
    func kept() throws {
        var candidate = Three.candidate()
        candidate.pass(.milliseconds(50))
        let ballot = try #require(candidate.ballots.last)
        let before = candidate.replica.reigns
        try #require(before.count == 1)
        for index: UInt8 in 1...50 {
            let node = stranger(index)
            let promise = Promise<Decree>(ballot: ballot, slot: 7, accepted: nil)
            candidate.hear(
                .promise(PromiseReply(promise: promise, writeNumber: 1)),
                slot: 5,
                from: node
            )
            let accepted = AcceptedReply(
                accepted: Accepted(ballot: ballot, slot: 6),
                decree: Three.decree().id,
                sentAt: candidate.now,
                lease: .milliseconds(500),
                writeNumber: 1
            )
            candidate.hear(.accepted(accepted), slot: 5, from: node)
            let ack = Ack(
                ballot: ballot,
                slot: 6,
                sentAt: candidate.now,
                lease: .milliseconds(500),
                durableSlot: 6,
                writeNumber: 1
            )
            candidate.hear(.ack(ack), slot: 5, from: node)
            let refusal = Refusal(
                ballot: ballot,
                promised: .zero,
                freeIn: .milliseconds(500),
                reason: .bound
            )
            candidate.hear(.refuse(refusal), slot: 5, from: node)
        }
        #expect(candidate.replica.reigns == before)
    }

    @Test(
        "a candidate neither keeps what who does not vote would do, nor goes above its rounds (R3)"
    )
    func canvassed() {
        var candidate = Three.candidate { node, body in
            if case .canvass = body { return nil }
            return Three.willing(node, body)
        }
        candidate.pass(.milliseconds(5))
        for index: UInt8 in 1...50 {
            let node = stranger(index)
            let high = Ballot(round: 1 << 40, owner: node)
            let reply = CanvassReply(durableSlot: 5, promised: high, freeIn: .zero, serves: true)
            candidate.hear(.canvassReply(reply), slot: 5, from: node)
        }
        guard case .canvassing(let canvassing) = candidate.replica.phase else {
            Issue.record("\(candidate.replica.phase)")
            return
        }
        #expect(canvassing.replies.isEmpty)
        let free = CanvassReply(durableSlot: 5, promised: .zero, freeIn: .zero, serves: true)
        for peer in [Three.n1, Three.n3] {
            candidate.hear(.canvassReply(free), slot: 5, from: peer)
        }
        candidate.pass(.milliseconds(50))
        #expect(candidate.ballots == [Ballot(round: 6, owner: Three.n2)])
    }

    @Test("who greets a leader hears who leads, and nobody else hears it again")
    func greetings() {
        let counter = Counter()
        var candidate = Three.candidate { node, body in
            if case .heartbeat = body {
                if node == Three.n1 { counter.toOther += 1 } else { counter.toGreeter += 1 }
            }
            return Three.willing(node, body)
        }
        candidate.pass(.milliseconds(500))
        (counter.toOther, counter.toGreeter) = (0, 0)
        let heard = [HeardNumber(node: Three.n2, number: 9)]
        // For one heartbeat interval.
        for _ in 0..<100 {
            candidate.hear(.greeting(heard: heard), slot: 5, from: Three.n3)
            candidate.pass(.milliseconds(1))
        }
        #expect(counter.toOther == 1)
        #expect(counter.toGreeter == 101)
    }

    @Test("a member that does not know all of the decree asks around when it hears nobody")
    func knocks() throws {
        let bytes = Three.decree().bytes + [200, 0, 1, 9]
        let decree = try Decree(decoding: bytes, digest: ToyDigest.self)
        var candidate = Three.candidate(decree)
        candidate.pass(.milliseconds(1500))
        let asked = candidate.said.count(where: \.isCanvass)
        #expect(asked >= 2)
        #expect(candidate.ballots == [])
    }
}

/// Hosts that want to join a cluster whose decree is nearly as long as there may be.
@Suite("joining a cluster that is nearly full")
struct FullClusterTests {
    private func host(_ index: UInt8, labels: Int) -> Member {
        let key = PublicKey([9, index] + [UInt8](repeating: 0, count: 30)) ?? .none
        let value = String(repeating: "v", count: 240)
        return Member(
            id: NodeID(name: "x\(index)", key: key),
            role: .observer,
            labels: (0..<labels).map { Label(key: "label\($0)", value: value) }
        )
    }

    /// n2 leads, and fifteen observers have all the labels that they may have.
    private var leader: LoneHost {
        var state = Three.decree().state
        state.members += (1...15).map { host($0, labels: 16) }
        var candidate = Three.candidate(Decree(state, digest: ToyDigest.self))
        candidate.pass(.milliseconds(50))
        return candidate
    }

    private func ask(_ leader: inout LoneHost, _ member: Member) {
        leader.hear(.join(Join(member: member, versions: 1...1)), slot: 5, from: member.id)
    }

    @Test("who does not fit is told so, and keeps nobody out who does")
    func tooLong() {
        var leader = leader
        ask(&leader, host(100, labels: 16))
        ask(&leader, host(101, labels: 0))
        leader.pass(.milliseconds(150))
        let names = leader.replica.view(at: leader.now).members.map(\.id.name)
        #expect(names.contains("x101") && !names.contains("x100"))
        let told = leader.events.contains {
            if case .joinRefused(let node, _) = $0 { node.name == "x100" } else { false }
        }
        #expect(told)
    }

    /// n2 leads, and its proposals wait for as long as nobody accepts.
    private func busyLeader(_ voters: Voters) -> LoneHost {
        var state = Three.decree().state
        state.members += (1...15).map { host($0, labels: 16) }
        var candidate = Three.candidate(Decree(state, digest: ToyDigest.self)) { node, body in
            if case .accept = body, !voters.accept { return nil }
            return Three.willing(node, body)
        }
        candidate.pass(.milliseconds(50))
        voters.accept = false
        ask(&candidate, host(99, labels: 0))
        return candidate
    }

    @Test("of two that ask at a time and of whom only one fits, one is let in")
    func notBoth() {
        let voters = Voters()
        var leader = busyLeader(voters)
        for index: UInt8 in [100, 101] { ask(&leader, host(index, labels: 7)) }
        voters.accept = true
        leader.pass(.milliseconds(300))
        let names = leader.replica.view(at: leader.now).members.map(\.id.name)
        #expect(names.contains("x99"))
        #expect(names.contains("x100") && !names.contains("x101"))
    }

    @Test("two names with one key that ask at a time keep nobody out")
    func oneKey() {
        let voters = Voters()
        var leader = busyLeader(voters)
        let first = host(100, labels: 0)
        var second = first
        second.id = NodeID(name: "alias", key: first.id.key)
        for member in [first, second] { ask(&leader, member) }
        voters.accept = true
        leader.pass(.milliseconds(300))
        #expect(leader.replica.view(at: leader.now).members.count == 3 + 15 + 2)
    }
}

/// Whether the others accept what the leader proposes.
private final class Voters {
    var accept = true
}

/// Heartbeats that have come to the one who greets, and to the other.
private final class Counter {
    var toGreeter = 0
    var toOther = 0
}
