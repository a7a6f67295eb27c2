// SPDX-License-Identifier: Apache-2.0

// Anybody can send us datagrams. Whoever has no key must not change a thing, get an answer that he
// could use, or take up room that belongs to others.

import Testing

@testable import Session

@Suite("What strangers can do: nothing")
struct StrangerTests {
    private let source = Endpoint(192, 0, 2, 66, port: 666)

    /// The host under attack: it has a session, half of another, and begins a third.
    private func busy() -> Town {
        var town = Town("alpha", "beta", "gamma", seed: 3)
        town.introduceAll()
        town.begin(0, with: 1)
        town.deliver()
        town.begin(2, with: 0)
        town.hand(town.queue.removeFirst())
        town.begin(0, with: 2)
        town.queue = []
        return town
    }

    @Test(
        "garbage of every length changes nothing, gets no answer and is counted",
        arguments: 0..<8
    )
    func garbage(shape: UInt64) {
        var town = busy()
        var random = SeededRandom(seed: 40 + shape)
        let before = town.hosts[0].sessions.standing
        let drops = town.hosts[0].sessions.drops.total
        for length in 0...1_500 {
            var bytes = random.bytes(length)
            // From pure noise to what looks right in its first two bytes.
            if shape > 0, length > 0 { bytes[0] = datagramVersion }
            if shape > 1, length > 1 { bytes[1] = UInt8(shape - 1) }
            town.hand(Town.Packet(from: source, to: town.hosts[0].endpoint, bytes: bytes))
        }
        #expect(town.hosts[0].sessions.standing == before, "seed \(40 + shape)")
        #expect(town.hosts[0].sessions.drops.total == drops + 1_501)
        #expect(town.queue.isEmpty)
    }

    @Test("garbage behind the right numbers does no more")
    func garbageWithIndex() {
        var town = busy()
        var random = SeededRandom(seed: 50)
        let before = town.hosts[0].sessions.standing
        let sessions = town.hosts[0].sessions
        let indices =
            sessions.peers.flatMap { $0.sessions.map(\.localIndex) }
            + sessions.openings.map(\.attempt.localIndex) + sessions.halfOpen.map(\.localIndex)
        #expect(indices.count == 3)
        for index in indices {
            for kind in UInt8(1)...5 {
                for length in stride(from: 6, through: 1_200, by: 7) {
                    var bytes = random.bytes(length)
                    bytes[0] = datagramVersion
                    bytes[1] = kind
                    bytes.replace(littleEndian: index, at: 2)
                    town.hand(Town.Packet(from: source, to: town.hosts[0].endpoint, bytes: bytes))
                }
            }
        }
        #expect(town.hosts[0].sessions.standing == before)
        #expect(town.queue.isEmpty)
    }

    @Test("every bit of a datagram is guarded")
    func everyBit() {
        var town = Town.pair()
        town.say("guarded", from: 0, to: 1)
        let genuine = town.queue.removeFirst()
        // From elsewhere, so that no handshake is begun for it.
        for position in genuine.bytes.indices {
            for bit in 0..<8 {
                var changed = genuine
                changed.from = source
                changed.bytes[position] ^= 1 << bit
                town.hand(changed)
            }
        }
        for length in 0..<genuine.bytes.count {
            var cut = genuine
            cut.from = source
            cut.bytes = [UInt8](cut.bytes[..<length])
            town.hand(cut)
        }
        #expect(town.hosts[1].heard.isEmpty)
        #expect(town.hosts[1].sessions.drops.total == UInt64(9 * genuine.bytes.count))
        town.hand(genuine)
        #expect(town.hosts[1].heard == ["guarded"])
    }

    @Test("a datagram that is sent back to its sender is not taken for the peer's")
    func reflected() {
        var town = Town.pair()
        town.say("echo", from: 0, to: 1)
        let packet = town.queue.removeFirst()
        let mine = town.hosts[0].sessions.peers[0].sessions[0].localIndex
        var reflected = Town.Packet(from: source, to: packet.from, bytes: packet.bytes)
        reflected.bytes.replace(littleEndian: mine, at: 2)
        town.hand(reflected)
        #expect(town.hosts[0].heard.isEmpty)
    }

    @Test("at most 64 halves of handshakes, 4 from one endpoint, and a member always finds room")
    func halfOpen() {
        var town = Town("alpha", "beta")
        town.introduceAll()
        // Somebody recorded first messages of a peer, and sends them from wherever he likes.
        func recorded() -> [UInt8] {
            town.hosts[1].sessions.openings = []
            town.begin(1, with: 0)
            return town.queue.removeLast().bytes
        }
        func play(from source: Endpoint) {
            let packet = Town.Packet(
                from: source,
                to: town.hosts[0].endpoint,
                bytes: recorded()
            )
            town.hand(packet)
            town.queue = []
        }
        for _ in 0..<6 { play(from: source) }
        #expect(town.hosts[0].sessions.halfOpen.count == 4)
        #expect(town.hosts[0].sessions.drops[.tooManyHalfOpen] == 2)
        for number in 0..<100 { play(from: Endpoint(192, 0, 2, UInt8(number), port: 1)) }
        #expect(town.hosts[0].sessions.halfOpen.count == 64)
        #expect(town.hosts[0].sessions.drops[.tooManyHalfOpen] == 42)
        town.hosts[1].sessions.openings = []
        town.begin(1, with: 0)
        town.deliver()
        #expect(town.hosts[0].established.count == 1)
        #expect(town.hosts[0].sessions.halfOpen.count == 63)
        // Five seconds later all of it is as if it had never been.
        town.now += 5_000_000_000
        play(from: source)
        #expect(town.hosts[0].sessions.halfOpen.count == 1)
    }

    @Test("one recorded message 1 is not answered without end")
    func answers() {
        var town = Town("alpha", "beta")
        town.begin(1, with: 0)
        let packet = town.queue.removeFirst()
        for _ in 0..<1_000 { town.hand(packet) }
        #expect(town.queue.count == 128)
        #expect(town.hosts[0].sessions.drops[.tooManyHalfOpen] == 872)
    }

    @Test("when there are too many peers, one that is no member and long silent makes way")
    func tooManyPeers() {
        var town = Town("hub", "member", "first", "second", "third")
        town.hosts[0].sessions.limits.peersMax = 3
        town.hosts[0].sessions.setEndpoints([town.hosts[1].endpoint], of: town.hosts[1].key)
        for host in 1...3 {
            town.begin(host, with: 0)
            town.deliver()
            town.now += 1_000
        }
        town.say("me again", from: 2, to: 0)
        town.deliver()
        town.begin(4, with: 0)
        town.deliver()
        let known = (0...4).filter {
            town.hosts[0].sessions.session(with: town.hosts[$0].key) != nil
        }
        #expect(known == [1, 2, 4])
        for host in [2, 4] {
            let endpoint = town.hosts[host].endpoint
            town.hosts[0].sessions.setEndpoints([endpoint], of: town.hosts[host].key)
        }
        town.begin(3, with: 0)
        town.deliver()
        #expect(town.hosts[0].sessions.drops[.tooManyPeers] > 0)
        #expect(town.hosts[0].sessions.peers.count == 3)
    }

    @Test("the counts print by name, in order, and only where there is something to say")
    func counts() {
        var town = Town("alpha")
        #expect("\(town.hosts[0].sessions.drops)" == "")
        for bytes: [UInt8] in [[9, 1], [], [1]] {
            town.hand(Town.Packet(from: source, to: town.hosts[0].endpoint, bytes: bytes))
        }
        #expect("\(town.hosts[0].sessions.drops)" == "malformed=2 version=1")
        #expect(town.hosts[0].sessions.drops.total == 3)
    }
}
