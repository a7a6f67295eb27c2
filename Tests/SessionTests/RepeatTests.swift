// SPDX-License-Identifier: Apache-2.0

// UDP may do anything with a datagram but change it. Here it does all of that to a handshake.

import Testing

@testable import Session

@Suite("A network that loses, repeats and reorders")
struct RepeatTests {
    @Test("message 1 is sent again unchanged: after 10 ms, 20, 40 and so on, to 500")
    func retries() {
        var town = Town("alpha", "beta")
        let start = town.now
        var times: [Int64] = []
        town.isLost = { _ in true }
        town.begin(0, with: 1)
        while let due = town.hosts[0].sessions.deadline, due < start + 2_200_000_000 {
            times.append((due - start) / 1_000_000)
            town.pass(.nanoseconds(due - town.now))
        }
        #expect(times == [10, 30, 70, 150, 310, 630, 1130, 1630, 2130])
        #expect(Set(town.recorded.map(\.bytes)).count == 1)
    }

    @Test("after five seconds without an answer there is a fresh message 1")
    func fresh() {
        var town = Town("alpha", "beta")
        town.isLost = { _ in true }
        town.begin(0, with: 1)
        town.pass(.seconds(7))
        #expect(Set(town.recorded.map(\.bytes)).count == 2)
        town.isLost = { _ in false }
        town.pass(.seconds(1))
        #expect(town.hosts[0].hellos == ["beta: hello 1"])
        // What the answer vouches for is as young as the question.
        #expect(town.hosts[0].established.allSatisfy { town.now - $0.begun < 5_000_000_000 })
    }

    @Test("the same message 1 gets the same message 2, for five seconds")
    func sameAnswer() {
        var town = Town("alpha", "beta")
        town.begin(0, with: 1)
        let question = town.queue.removeFirst()
        func answer() -> [UInt8] {
            town.hand(question)
            return town.queue.removeLast().bytes
        }
        let first = answer()
        town.now += 4_999_999_999
        #expect(answer() == first)
        #expect(town.hosts[1].sessions.halfOpen.count == 1)
        town.now += 1
        #expect(answer() != first)
        #expect(town.hosts[1].sessions.halfOpen.count == 1)
    }

    @Test("a message 3 that comes after five seconds belongs to nothing")
    func lateMessage3() {
        var town = Town("alpha", "beta")
        town.begin(0, with: 1)
        town.hand(town.queue.removeFirst())
        town.hand(town.queue.removeFirst())
        town.now += 5_000_000_000
        town.deliver()
        #expect(town.hosts[1].established.isEmpty)
        #expect(town.hosts[1].sessions.drops[.noSession] == 1)
    }

    @Test("message 3 goes before every datagram until one of the session comes back")
    func preface() {
        var town = Town("alpha", "beta")
        town.begin(0, with: 1)
        town.hand(town.queue.removeFirst())
        town.hand(town.queue.removeFirst())
        town.queue.removeAll()
        town.say("one", from: 0, to: 1)
        town.say("two", from: 0, to: 1)
        #expect(town.queue.allSatisfy { $0.kind == .message3 })
        // The first is lost on the way; the second brings all that is needed.
        town.queue.removeFirst()
        town.deliver()
        #expect(town.hosts[1].heard == ["two"])
        #expect(town.hosts[0].hellos == ["beta: hello 1"])
        town.say("three", from: 0, to: 1)
        #expect(town.queue.map(\.kind) == [.whole])
    }

    @Test("a peer that has not heard us is told hello again, every 10 ms at most")
    func repeatHello() {
        var town = Town("alpha", "beta")
        let alpha = town.hosts[0].endpoint
        town.begin(0, with: 1)
        town.isLost = { $0.to == alpha && $0.kind == .whole }
        town.deliver()
        town.say("one", from: 0, to: 1)
        town.deliver()
        #expect(town.hosts[1].repeats == 0)
        town.now += 10_000_000
        town.say("two", from: 0, to: 1)
        town.say("three", from: 0, to: 1)
        town.deliver()
        #expect(town.hosts[1].repeats == 1)
        #expect(town.hosts[1].heard == ["one", "two", "three"])
        #expect(town.hosts[1].established.count == 1)
        town.isLost = { _ in false }
        town.now += 10_000_000
        town.say("four", from: 0, to: 1)
        town.deliver()
        #expect(town.hosts[0].hellos == ["beta: hello 1"])
    }

    @Test("every packet twice, and then all of them again backwards: one session, each word once")
    func duplicates() {
        var town = Town.pair()
        for word in ["one", "two", "three"] { town.say(word, from: 0, to: 1) }
        town.deliver()
        let standing = town.hosts.map(\.sessions.standing)
        let dropped = town.hosts.reduce(0) { $0 + $1.sessions.drops.total }
        let recorded = town.recorded
        for packet in recorded + recorded.reversed() { town.hand(packet) }
        #expect(town.queue.isEmpty)
        #expect(town.hosts.map(\.sessions.standing) == standing)
        #expect(town.hosts[1].heard == ["one", "two", "three"])
        #expect(town.hosts.map(\.established.count) == [1, 1])
        #expect(town.hosts.map(\.repeats) == [0, 0])
        let droppedNow = town.hosts.reduce(0) { $0 + $1.sessions.drops.total }
        #expect(droppedNow == dropped + UInt64(2 * recorded.count))
    }

    @Test("a recorded message 1 is answered and changes nothing; a recorded message 3 is not")
    func recordings() {
        var town = Town.pair()
        let message1 = town.recorded[0]
        let message3 = town.recorded[2]
        #expect(message1.kind == .message1 && message3.kind == .message3)
        town.restart(1)
        let before = town.recorded.count
        town.hand(message1)
        #expect(town.queue.map(\.kind) == [.message2])
        town.deliver()
        town.hand(message3)
        #expect(town.hosts[1].established.isEmpty)
        #expect(town.hosts[0].established.count == 1)
        #expect(town.recorded.count == before + 1)
        #expect(
            town.hosts[0].sessions.drops[.duplicate] + town.hosts[0].sessions.drops[.noHandshake]
                == 1
        )
    }

    @Test(
        "hosts that begin at every turn over a bad network end up able to talk",
        arguments: 1...30
    )
    func storm(seed: UInt64) {
        var town = Town("alpha", "beta", "gamma", seed: seed)
        town.introduceAll()
        var chance = SeededRandom(seed: seed &* 77)
        for one in 0..<3 { for other in 0..<3 where one != other { town.begin(one, with: other) } }
        for _ in 0..<400 {
            town.now += 1_000_000
            town.wakeAll()
            guard !town.queue.isEmpty else { continue }
            let packet = town.queue.remove(at: Int(chance.next() % UInt64(town.queue.count)))
            switch chance.next() % 10 {
            case 0...2: break
            case 3: for _ in 0..<2 { town.hand(packet) }
            default: town.hand(packet)
            }
        }
        town.deliver()
        // The owners send again what was not answered; until then a Hello may be missing.
        for _ in 0..<3 {
            for one in 0..<3 {
                for other in 0..<3 where one != other { town.say("ping", from: one, to: other) }
            }
            town.pass(.seconds(2))
        }
        for one in 0..<3 { town.hosts[one].heard = [] }
        for one in 0..<3 {
            for other in 0..<3 where one != other { town.say("\(one)", from: one, to: other) }
        }
        town.deliver()
        #expect(town.hosts[0].heard.sorted() == ["1", "2"], "seed \(seed)")
        #expect(town.hosts[1].heard.sorted() == ["0", "2"], "seed \(seed)")
        #expect(town.hosts[2].heard.sorted() == ["0", "1"], "seed \(seed)")
    }
}
