// SPDX-License-Identifier: Apache-2.0

// A peer has several addresses, and is sometimes at none of them. Datagrams go everywhere at once
// and count once.

import Testing

@testable import Session

@Suite("Several paths to a peer")
struct PathTests {
    private let second = Endpoint(192, 168, 7, 2, port: 7377)

    /// Beta has two addresses; a packet to either of them reaches it.
    private func twoPaths() -> Town {
        var town = Town("alpha", "beta")
        town.introduceAll()
        let both = [town.hosts[1].endpoint, second]
        town.hosts[0].sessions.setEndpoints(both, of: town.hosts[1].key)
        town.begin(0, at: [], expecting: town.hosts[1].key)
        return town
    }

    private func deliver(_ town: inout Town) {
        while !town.queue.isEmpty {
            var packet = town.queue.removeFirst()
            if packet.to == second { packet.to = town.hosts[1].endpoint }
            town.hand(packet)
        }
    }

    @Test("message 1 and every datagram go to all addresses, and count once")
    func all() {
        var town = twoPaths()
        #expect(town.queue.map(\.to) == [town.hosts[1].endpoint, second])
        #expect(town.queue[0].bytes == town.queue[1].bytes)
        deliver(&town)
        #expect(town.hosts.map(\.established.count) == [1, 1])
        town.say("once", from: 0, to: 1)
        #expect(town.queue.count == 2 && town.queue[0].bytes == town.queue[1].bytes)
        let before = town.hosts[1].sessions.drops[.replay]
        deliver(&town)
        #expect(town.hosts[1].heard == ["once"])
        #expect(town.hosts[1].sessions.drops[.replay] == before + 1)
    }

    @Test("it is enough that one path is open")
    func oneOpen() {
        var town = twoPaths()
        let first = town.hosts[1].endpoint
        town.isLost = { $0.to == first }
        town.queue.removeAll { $0.to == first }
        deliver(&town)
        town.say("by the side door", from: 0, to: 1)
        deliver(&town)
        #expect(town.hosts[1].heard == ["by the side door"])
    }

    @Test("a copy over another path is dropped by its counter, before it is decrypted")
    func beforeDecryption() {
        var town = Town.pair()
        town.say("once", from: 0, to: 1)
        let packet = town.queue[0]
        town.deliver()
        var damaged = packet
        damaged.bytes[damaged.bytes.count - 1] ^= 1
        town.hand(damaged)
        #expect(town.hosts[1].sessions.drops[.replay] == 1)
        #expect(town.hosts[1].sessions.drops[.authentication] == 0)
    }

    @Test("a member that roams is reached where it is now, and still where the decree says")
    func roaming() {
        var town = Town.pair()
        let (home, away) = (town.hosts[1].endpoint, Endpoint(203, 0, 113, 5, port: 40_000))
        #expect(town.hosts[0].sessions.endpoints(of: town.hosts[1].key) == [home])
        town.say("one", from: 1, to: 0)
        town.say("two", from: 1, to: 0)
        let late = town.queue.removeFirst()
        var packet = town.queue.removeFirst()
        packet.from = away
        town.hand(packet)
        #expect(town.hosts[0].sessions.endpoints(of: town.hosts[1].key) == [home, away])
        // An older datagram, from wherever it comes, says nothing about where the peer is now.
        packet = late
        packet.from = Endpoint(203, 0, 113, 66, port: 1)
        town.hand(packet)
        #expect(town.hosts[0].heard == ["two", "one"])
        #expect(town.hosts[0].sessions.endpoints(of: town.hosts[1].key) == [home, away])
        // Back home, the detour is forgotten.
        town.say("three", from: 1, to: 0)
        town.deliver()
        #expect(town.hosts[0].sessions.endpoints(of: town.hosts[1].key) == [home])
    }

    @Test("a forged datagram moves nobody")
    func forgedSource() {
        var town = Town.pair()
        town.say("one", from: 1, to: 0)
        var packet = town.queue.removeFirst()
        packet.from = Endpoint(203, 0, 113, 5, port: 1)
        packet.bytes[20] ^= 1
        town.hand(packet)
        #expect(town.hosts[0].sessions.endpoints(of: town.hosts[1].key) == [town.hosts[1].endpoint])
        #expect(town.hosts[0].sessions.drops[.authentication] == 1)
    }

    @Test("who is not in the decree is answered where it came from")
    func stranger() {
        var town = Town("alpha", "beta")
        town.begin(0, with: 1)
        town.deliver()
        #expect(town.hosts[1].sessions.endpoints(of: town.hosts[0].key) == [town.hosts[0].endpoint])
        #expect(town.hosts[0].hellos == ["beta: hello 1"])
    }

    /// Alpha was told where to look and not for whom, and beta has answered; then beta has moved, and
    /// has said something from there.
    private func found() -> (town: Town, home: Endpoint) {
        var town = Town("alpha", "beta")
        let home = town.hosts[1].endpoint
        town.begin(0, at: [home], expecting: nil)
        town.deliver()
        town.say("from elsewhere", from: 1, to: 0)
        town.queue[0].from = second
        town.deliver()
        return (town, home)
    }

    @Test("who moved before it was a member, and came home, is found there again")
    func home() {
        var (town, home) = found()
        let beta = town.hosts[1].key
        #expect(town.hosts[0].sessions.endpoints(of: beta) == [second], "what is said goes there")
        town.say("nobody hears this", from: 0, to: 1)
        town.deliver()
        #expect(town.hosts[1].heard.isEmpty)
        town.pass(.seconds(1))
        #expect(town.suspect(1, by: 0).map(\.endpoint) == [second, home])
        for outgoing in town.hosts[0].sessions.openings.flatMap(Sessions.message1) {
            town.post(outgoing, by: 0)
        }
        town.deliver()
        #expect(town.hosts[0].sessions.endpoints(of: beta) == [home])
        town.say("you are back", from: 0, to: 1)
        town.deliver()
        #expect(town.hosts[1].heard == ["you are back"])
    }

    @Test("who was the first to begin was found all the same, where both look for each other")
    func foundBySource() {
        var town = Town("alpha", "beta")
        town.begin(0, at: [town.hosts[1].endpoint], expecting: nil)
        town.queue = []
        town.begin(1, at: [town.hosts[0].endpoint], expecting: nil)
        town.deliver()
        #expect(town.hosts[0].sessions.openings.isEmpty)
        #expect(town.hosts[0].sessions.peers[0].found == [town.hosts[1].endpoint])
        #expect(town.hosts[1].sessions.peers[0].found == [town.hosts[0].endpoint])
    }

    @Test("a place that was abandoned is not looked at again")
    func abandoned() {
        var (town, home) = found()
        town.hosts[0].sessions.abandon([second])
        #expect(town.hosts[0].sessions.peers[0].found == [home], "nobody was found there")
        town.hosts[0].sessions.abandon([home])
        #expect(town.suspect(1, by: 0).map(\.endpoint) == [second])
    }

    @Test("who was found and is forgotten after five minutes is looked for again")
    func forgottenAndFound() {
        var (town, home) = found()
        town.isLost = { _ in true }
        town.pass(.seconds(300))
        #expect(town.hosts[0].sessions.peers.isEmpty)
        #expect(town.hosts[0].sessions.openings.map(\.endpoints) == [[home]])
        town.isLost = { _ in false }
        town.pass(.seconds(1))
        town.say("still here", from: 0, to: 1)
        town.deliver()
        #expect(town.hosts[1].heard == ["still here"])
    }

    @Test("a handshake under way follows the peer's new addresses, and ends with its membership")
    func moved() {
        var town = Town("alpha", "beta")
        town.isLost = { _ in true }
        town.introduceAll()
        town.begin(0, with: 1)
        let beta = town.hosts[1].key
        town.hosts[0].sessions.setEndpoints([second], of: beta)
        town.pass(.milliseconds(9))
        #expect(town.recorded.map(\.to) == [town.hosts[1].endpoint, second])
        town.hosts[0].sessions.setEndpoints([], of: beta)
        town.pass(.seconds(10))
        #expect(town.recorded.count == 2)
        #expect(town.hosts[0].sessions.deadline == nil)
    }

    @Test("at a new address a handshake is tried at once, and soon again, however old it is")
    func movedLate() {
        var town = Town("alpha", "beta")
        town.isLost = { _ in true }
        town.introduceAll()
        town.begin(0, with: 1)
        town.pass(.seconds(2))
        let beta = town.hosts[1].key
        // It was where the decree says: nobody there answers any sooner.
        town.hosts[0].sessions.setEndpoints([town.hosts[1].endpoint], of: beta)
        #expect(town.hosts[0].sessions.deadline.map { $0 > town.now } == true)
        let tries = town.recorded.count
        town.hosts[0].sessions.setEndpoints([town.hosts[1].endpoint, second], of: beta)
        town.pass(.milliseconds(40))
        #expect(town.recorded[tries...].filter { $0.to == second }.count == 3)
    }

    @Test("beginning twice with the same goal is beginning once")
    func twice() {
        var town = Town("alpha")
        let seeds = [Endpoint(10, 0, 0, 8, port: 7377), Endpoint(10, 0, 0, 9, port: 7377)]
        town.begin(0, at: seeds, expecting: nil)
        town.begin(0, at: seeds, expecting: nil)
        #expect(town.recorded.map(\.to) == seeds)
        town.hosts[0].sessions.abandon(seeds)
        #expect(town.hosts[0].sessions.deadline == nil)
    }
}
