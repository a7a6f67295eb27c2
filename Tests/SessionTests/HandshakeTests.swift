// SPDX-License-Identifier: Apache-2.0

// The first three datagrams between two hosts: who answers whom, what both know afterwards, and
// what becomes of a handshake that somebody has tampered with.

import Testing

@testable import Session

@Suite("Two hosts meet")
struct HandshakeTests {
    @Test("both learn who the other is, and can talk")
    func meet() throws {
        var town = Town.pair()
        let ours = try #require(town.hosts[0].established.first)
        let theirs = try #require(town.hosts[1].established.first)
        #expect(ours.peer == Peer(key: town.hosts[1].key, name: "beta", versions: Town.versions))
        #expect(theirs.peer.key == town.hosts[0].key && theirs.peer.name == "alpha")
        #expect(ours.role == .initiator && theirs.role == .responder)
        #expect(town.hosts[0].hellos == ["beta: hello 1"])
        #expect(town.hosts[1].hellos == ["alpha: hello 1"])
        town.say("good morning", from: 0, to: 1)
        town.say("good evening", from: 1, to: 0)
        town.deliver()
        #expect(town.hosts[1].heard == ["good morning"])
        #expect(town.hosts[0].heard == ["good evening"])
        #expect(town.hosts.allSatisfy { $0.sessions.drops.total == 0 })
        #expect(town.hosts[0].sessions.openings.isEmpty && town.hosts[1].sessions.halfOpen.isEmpty)
    }

    @Test("the same keys and the same chance make the same bytes")
    func repeats() {
        #expect(Town.pair(seed: 5).recorded == Town.pair(seed: 5).recorded)
        #expect(Town.pair(seed: 5).recorded != Town.pair(seed: 6).recorded)
    }

    @Test("no word of a message, and no name, travels in clear")
    func clear() {
        var town = Town.pair()
        town.say("attack at dawn", from: 0, to: 1)
        for packet in town.recorded {
            let text = String(decoding: packet.bytes, as: UTF8.self)
            for word in ["attack", "hello", "alpha", "beta"] { #expect(!text.contains(word)) }
        }
    }

    @Test("no answer is larger than its question")
    func sizes() {
        var town = Town("alpha", "beta")
        town.hosts[0].saysHello = false
        town.begin(0, with: 1)
        let question = town.queue[0].bytes.count
        town.hand(town.queue.removeFirst())
        #expect(town.queue.map(\.bytes.count) == [question])
        #expect(question == DatagramSize.message1)
    }

    @Test("who has another cluster key gets no answer")
    func wrongKey() {
        var town = Town("alpha")
        town.add("beta", ring: KeyRing(Town.clusterKey(8)))
        town.introduceAll()
        town.begin(0, with: 1)
        town.deliver()
        #expect(town.recorded.count == 1)
        #expect(town.hosts[1].sessions.drops[.badProof] == 1)
        #expect(town.hosts[1].sessions.halfOpen.isEmpty)
        #expect(town.hosts[1].events.isEmpty)
    }

    @Test(
        "a handshake with one changed byte, in any of its messages, changes nothing",
        arguments: 0..<3
    )
    func tampered(number: Int) throws {
        var town = Town("alpha", "beta")
        town.hosts[0].saysHello = number == 2
        town.begin(0, with: 1)
        for _ in 0..<number { town.hand(town.queue.removeFirst()) }
        let genuine = town.queue[0]
        let receiver = number == 1 ? 0 : 1
        // Behind message 3 stands the Hello; it has a test of its own.
        let length = number == 2 ? DatagramSize.message3 : genuine.bytes.count
        let before = town.hosts[receiver].sessions.standing
        for position in 0..<length {
            var changed = genuine
            changed.bytes[position] ^= 0x10
            town.hand(changed)
        }
        #expect(town.queue == [genuine])
        #expect(town.hosts[receiver].sessions.standing == before)
        let drops = town.hosts[receiver].sessions.drops
        #expect(drops.total == UInt64(length))
        // All but version, kind and the receiver's number are found out by the proof alone.
        #expect(drops[.badProof] == UInt64(length - (number == 0 ? 2 : 6)))
        #expect(town.hosts[receiver].events.isEmpty)
        // And the genuine one is as good as ever.
        town.hosts[0].saysHello = true
        town.deliver()
        #expect(town.hosts[1].established.count == 1)
    }

    @Test("a public key of low order is refused after the proof, without an answer")
    func weakKey() {
        var town = Town("alpha", "beta")
        let clusterKey = Town.clusterKey(7)
        var noise = SymmetricState(protocolName: HandshakePattern.xxPSK3.protocolName)
        noise.mixHash(handshakePrologue)
        let weak = [UInt8](repeating: 0, count: 32)
        var datagram: [UInt8] =
            [datagramVersion, DatagramKind.message1.rawValue, 1, 2, 3, 4] + weak
        noise.mixHash(weak)
        noise.mixKey(PeerKey(bytes: weak) ?? town.hosts[0].key)
        let padding = [UInt8](repeating: 0, count: DatagramSize.message1Padding)
        datagram += noise.encryptAndHash(padding)
        clusterKey.addProof(to: &datagram)
        let packet = Town.Packet(
            from: town.hosts[0].endpoint,
            to: town.hosts[1].endpoint,
            bytes: datagram
        )
        town.hand(packet)
        #expect(town.queue.isEmpty)
        #expect(town.hosts[1].sessions.drops[.handshake] == 1)
    }

    @Test("another than expected answers: it gets its session, and the owner is told")
    func unexpected() throws {
        var town = Town("alpha", "beta", "gamma")
        town.introduceAll()
        town.isLost = { [beta = town.hosts[1].endpoint] in $0.to == beta }
        town.begin(0, at: [town.hosts[2].endpoint], expecting: town.hosts[1].key)
        town.deliver()
        let session = try #require(town.hosts[0].established.first)
        #expect(session.peer.name == "gamma")
        #expect(
            town.hosts[0].events.contains(
                .unexpectedPeer(
                    expected: town.hosts[1].key,
                    found: session,
                    from: town.hosts[2].endpoint
                )
            )
        )
        // A suspicion would only find the same one again.
        town.now += 6_000_000_000
        _ = town.hosts[0].sessions.wake(at: town.now, using: &town.random)
        #expect(town.hosts[0].sessions.openings.isEmpty)
        #expect(town.suspect(1, by: 0).isEmpty)
        town.now += 24_000_000_000
        #expect(town.suspect(1, by: 0).count == 1)
    }

    @Test("another has the peer's old address and answers first: the peer is found at its new one")
    func movedAway() {
        var town = Town("alpha", "beta", "gamma")
        town.introduceAll()
        town.begin(0, at: [town.hosts[2].endpoint], expecting: town.hosts[1].key)
        town.deliver()
        #expect(town.hosts[0].established.map(\.peer.name) == ["gamma", "beta"])
        #expect(town.hosts[0].sessions.openings.isEmpty)
    }

    @Test("who reaches itself says so and stops")
    func ourselves() {
        var town = Town("alpha")
        let endpoint = town.hosts[0].endpoint
        town.begin(0, at: [endpoint], expecting: nil)
        town.deliver()
        #expect(town.hosts[0].events == [.reachedOurselves(endpoint)])
        #expect(town.hosts[0].sessions.drops[.ourselves] == 1)
        #expect(town.hosts[0].sessions.openings.isEmpty)
        #expect(town.hosts[0].established.isEmpty)
    }

    @Test("a handshake says since when it vouches for the other side")
    func begun() throws {
        var town = Town("alpha", "beta")
        let start = town.now
        town.begin(0, with: 1)
        town.now += 30
        town.hand(town.queue.removeFirst())
        town.now += 40
        town.hand(town.queue.removeFirst())
        town.now += 50
        town.deliver()
        let ours = try #require(town.hosts[0].established.first)
        let theirs = try #require(town.hosts[1].established.first)
        #expect(ours.begun == start && ours.established == start + 70)
        #expect(theirs.begun == start + 30 && theirs.established == start + 120)
    }
}
