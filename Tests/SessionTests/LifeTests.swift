// SPDX-License-Identifier: Apache-2.0

// Sessions come beside others and go when they are no longer used. Through all of it every word
// that one host says must be understood by the other.

import Testing

@testable import Session

@Suite("The life of a session")
struct LifeTests {
    /// Both send message 1 before either has any.
    private func bothBegin() -> Town {
        var town = Town("alpha", "beta")
        town.introduceAll()
        town.begin(0, with: 1)
        town.begin(1, with: 0)
        town.deliver()
        return town
    }

    @Test("both begin at once: two sessions, no tie, and everything is heard")
    func crossing() {
        var town = bothBegin()
        #expect(town.hosts.map(\.established.count) == [2, 2])
        town.say("from alpha", from: 0, to: 1)
        town.say("from beta", from: 1, to: 0)
        town.deliver()
        #expect(town.hosts[0].heard == ["from beta"])
        #expect(town.hosts[1].heard == ["from alpha"])
    }

    @Test(
        "two that began at once and then were silent for half an hour still understand each other"
    )
    func silence() {
        var town = bothBegin()
        town.pass(.seconds(1_800))
        let before = town.recorded.count
        town.say("still there?", from: 0, to: 1)
        town.say("of course", from: 1, to: 0)
        town.deliver()
        #expect(town.hosts[1].heard == ["still there?"])
        #expect(town.hosts[0].heard == ["of course"])
        #expect(town.recorded.count == before + 2)
        #expect(town.hosts.map { $0.sessions.drops[.noSession] } == [0, 0])
    }

    @Test("a replaced session is heard until it was silent for two seconds")
    func replaced() throws {
        var town = Town.pair()
        town.say("on the old one", from: 1, to: 0)
        let late = town.queue.removeFirst()
        town.begin(0, with: 1)
        town.deliver()
        #expect(town.hosts[0].established.count == 2)
        town.pass(.milliseconds(1_900))
        town.hand(late)
        #expect(town.hosts[0].heard == ["on the old one"])
        town.say("on the new one", from: 1, to: 0)
        town.deliver()
        town.pass(.milliseconds(1_999))
        #expect(town.hosts[0].sessions.peers[0].sessions.count == 2)
        town.pass(.milliseconds(1))
        #expect(town.hosts[0].sessions.peers[0].sessions.map(\.description.generation) == [2])
        #expect(town.hosts[0].events.last == .ended(town.hosts[0].established[0]))
    }

    @Test("after an hour new keys come beside the traffic, and no word is lost")
    func rekeyByTime() {
        var town = Town.pair()
        var said: [String] = []
        for number in 0..<4_000 {
            said.append("\(number)")
            town.say("\(number)", from: number % 2, to: 1 - number % 2)
            town.pass(.seconds(1))
        }
        #expect(town.hosts[0].heard.count + town.hosts[1].heard.count == said.count)
        #expect(town.hosts.map(\.established.count) == [2, 2])
        #expect(town.hosts.map { $0.sessions.peers[0].sessions.count } == [1, 1])
        #expect(town.hosts.map(\.sessions.drops.total) == [0, 0])
        // The one that had begun begins again; the other would have waited a little longer.
        #expect(town.hosts[0].established[1].role == .initiator)
    }

    @Test("after very many datagrams new keys come as well")
    func rekeyByCount() {
        var town = Town.pair()
        town.hosts[1].sessions.limits.rekeyDatagrams = 100
        for number in 1...99 { town.say("\(number)", from: 1, to: 0) }
        town.pass(.milliseconds(10))
        #expect(town.hosts[1].established.count == 2)
        #expect(town.hosts[1].established[1].role == .initiator)
        #expect(SessionLimits().rekeyDatagrams == 4_294_967_296)
    }

    @Test("the responder was started anew: its peer's datagrams make it begin, and they talk again")
    func restart() {
        var town = Town.pair()
        town.restart(1)
        town.hosts[1].sessions.setEndpoints([town.hosts[0].endpoint], of: town.hosts[0].key)
        town.say("lost", from: 0, to: 1)
        town.say("lost as well", from: 0, to: 1)
        town.deliver()
        #expect(town.hosts[1].heard.isEmpty)
        #expect(
            town.hosts[1].events.first
                == .undecryptable(from: town.hosts[0].endpoint, peer: town.hosts[0].key)
        )
        #expect(town.hosts[1].established.count == 1)
        #expect(town.hosts[1].sessions.drops[.noSession] == 2)
        town.say("sent again", from: 0, to: 1)
        town.deliver()
        #expect(town.hosts[1].heard == ["sent again"])
        // Alpha's old session is replaced, and ends.
        town.pass(.seconds(2))
        #expect(town.hosts[0].sessions.peers[0].sessions.count == 1)
    }

    @Test(
        "forged datagrams from a member's address begin one handshake a second, from elsewhere none"
    )
    func forged() {
        var town = Town.pair()
        town.isLost = { $0.kind == .message1 }
        let stranger = Endpoint(192, 0, 2, 9, port: 9)
        func forge(from source: Endpoint) {
            var bytes = town.recorded[2].bytes.suffix(60)
            bytes[bytes.startIndex] = datagramVersion
            bytes[bytes.startIndex + 1] = DatagramKind.whole.rawValue
            let packet = Town.Packet(from: source, to: town.hosts[1].endpoint, bytes: Array(bytes))
            town.hand(packet)
        }
        func begun() -> Int {
            town.recorded.count { $0.from == town.hosts[1].endpoint && $0.kind == .message1 }
        }
        for _ in 0..<100 { forge(from: stranger) }
        #expect(begun() == 0)
        for _ in 0..<100 { forge(from: town.hosts[0].endpoint) }
        #expect(begun() == 1)
        #expect(town.hosts[1].sessions.drops.total == 200)
        // Answered, so that it is not the handshake under way that keeps the next one back.
        town.hosts[1].sessions.openings = []
        town.now += 999_999_999
        forge(from: town.hosts[0].endpoint)
        #expect(begun() == 1)
        town.now += 1
        forge(from: town.hosts[0].endpoint)
        #expect(begun() == 2)
    }

    @Test("a suspicion begins one handshake a second, and the session that is there goes on")
    func suspicion() {
        var town = Town.pair()
        #expect(town.suspect(1, by: 0).count == 1)
        #expect(town.suspect(1, by: 0).isEmpty)
        // Answered, so that it is not the handshake under way that keeps the next one back.
        town.hosts[0].sessions.openings = []
        town.now += 999_999_999
        #expect(town.suspect(1, by: 0).isEmpty)
        town.now += 1
        #expect(town.suspect(1, by: 0).count == 1)
        town.say("unharmed", from: 0, to: 1)
        town.deliver()
        #expect(town.hosts[1].heard == ["unharmed"])
    }

    @Test("a peer has at most four sessions; the one that it speaks on is not the one that goes")
    func fiveSessions() {
        var town = Town.pair()
        let beta = town.hosts[1].endpoint
        // Alpha's third messages get lost: beta goes on speaking on the first session.
        town.isLost = { $0.to == beta && $0.kind == .message3 }
        for number in 1...6 {
            // Beta keeps four halves of such handshakes, for five seconds.
            town.now += 5_000_000_000
            town.begin(0, with: 1)
            town.deliver()
            town.say("\(number)", from: 1, to: 0)
            town.deliver()
        }
        #expect(town.hosts[0].heard == ["1", "2", "3", "4", "5", "6"])
        let generations = town.hosts[0].sessions.peers[0].sessions.map(\.description.generation)
        #expect(generations == [1, 5, 6, 7])
    }

    @Test("who is no member is forgotten after five silent minutes, a member never")
    func departure() {
        var town = Town("alpha", "beta")
        town.hosts[0].sessions.setEndpoints([town.hosts[1].endpoint], of: town.hosts[1].key)
        town.begin(0, with: 1)
        town.deliver()
        town.pass(.seconds(299))
        #expect(town.hosts[1].sessions.peers.count == 1)
        town.pass(.seconds(1))
        #expect(town.hosts[1].sessions.peers.isEmpty)
        #expect(town.hosts[1].events.last == .ended(town.hosts[1].established[0]))
        #expect(town.hosts[0].sessions.peers.count == 1)
        #expect(town.hosts[1].sessions.deadline == nil)
    }
}
