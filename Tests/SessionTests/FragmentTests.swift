// SPDX-License-Identifier: Apache-2.0

// A message that does not fit into a datagram travels as a row of them. What matters is what is
// lost, and that sending the same message again fills exactly the gaps.

import Testing

@testable import Session

@Suite("Messages of many datagrams")
struct FragmentTests {
    /// A message that is different at every place.
    static func message(_ count: Int, seed: UInt64 = 9) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return random.bytes(count)
    }

    private static let sizes = [
        1, DatagramSize.plaintextMax, DatagramSize.plaintextMax + 1, 2 * Fragment.chunkBytes,
        2 * Fragment.chunkBytes + 1, 10_000, 65_536, Sessions.messageBytesMax,
    ]

    @Test(
        "a message of any length arrives whole, in datagrams of at most 1,200 bytes",
        arguments: sizes
    )
    func lengths(count: Int) {
        var town = Town.pair()
        town.hosts[0].events = []
        let message = Self.message(count)
        let sealed = town.hosts[1].sessions.seal(message, to: town.hosts[0].key, at: town.now)
        let isWhole = count <= DatagramSize.plaintextMax
        #expect(sealed.outgoing.count == (isWhole ? 1 : Fragment.count(messageBytes: count)))
        #expect(sealed.outgoing.allSatisfy { $0.datagram.count <= 1_200 })
        town.post(sealed, by: 1)
        town.deliver()
        #expect(messages(in: town.hosts[0]) == [message])
        #expect(town.hosts[0].sessions.peers[0].reassembly.count == 0)
    }

    @Test("with message 3 before it, the longest datagram is 1,200 bytes and no longer")
    func beforeAnAnswer() {
        var town = Town("alpha", "beta")
        town.hosts[0].saysHello = false
        town.begin(0, with: 1)
        town.deliver()
        let message = Self.message(5_000)
        town.post(town.hosts[0].sessions.seal(message, to: town.hosts[1].key, at: town.now), by: 0)
        #expect(town.queue.allSatisfy { $0.kind == .message3 })
        #expect(town.queue.map(\.bytes.count).max() == 1_200)
        town.deliver()
        #expect(messages(in: town.hosts[1]) == [message])
    }

    @Test("the order of the fragments does not matter", arguments: 1...10)
    func anyOrder(seed: UInt64) {
        var town = Town.pair(seed: seed)
        town.hosts[1].events = []
        let message = Self.message(30_000)
        town.post(town.hosts[0].sessions.seal(message, to: town.hosts[1].key, at: town.now), by: 0)
        var chance = SeededRandom(seed: seed)
        town.queue.shuffle(using: &chance)
        town.deliver()
        #expect(messages(in: town.hosts[1]) == [message], "seed \(seed)")
    }

    @Test("a lost fragment is filled in by sending the message again under its number")
    func gap() {
        var town = Town.pair()
        town.hosts[1].events = []
        let message = Self.message(5_000)
        func seal(_ number: UInt64?) -> Sealed {
            town.hosts[0].sessions.seal(
                message,
                number: number,
                to: town.hosts[1].key,
                at: town.now
            )
        }
        let first = seal(nil)
        town.post(first, by: 0)
        town.queue.remove(at: 2)
        town.deliver()
        #expect(messages(in: town.hosts[1]).isEmpty)
        let again = seal(first.number)
        #expect(again.number == first.number)
        // This time all but the missing one get lost.
        town.post(again.outgoing[2], by: 0)
        town.deliver()
        #expect(messages(in: town.hosts[1]) == [message])
    }

    @Test("a gap is filled in over a later session as well")
    func gapOverSessions() {
        var town = Town.pair()
        let message = Self.message(5_000)
        let first = town.hosts[0].sessions.seal(message, to: town.hosts[1].key, at: town.now)
        town.post(first, by: 0)
        town.queue.remove(at: 4)
        town.deliver()
        town.begin(0, with: 1)
        town.deliver()
        town.hosts[1].events = []
        let again = town.hosts[0].sessions.seal(
            message,
            number: first.number,
            to: town.hosts[1].key,
            at: town.now
        )
        town.post(again.outgoing[4], by: 0)
        town.deliver()
        #expect(messages(in: town.hosts[1]) == [message])
    }

    @Test("what is sent again in full is delivered again: its answer may have been lost")
    func again() {
        for count in [100, 5_000] {
            var town = Town.pair()
            town.hosts[1].events = []
            let message = Self.message(count)
            var number: UInt64?
            for _ in 0..<2 {
                let sealed = town.hosts[0].sessions.seal(
                    message,
                    number: number,
                    to: town.hosts[1].key,
                    at: town.now
                )
                number = sealed.number
                town.post(sealed, by: 0)
                town.deliver()
            }
            #expect(messages(in: town.hosts[1]) == [message, message])
        }
    }

    @Test("messages that were not numbered before have different numbers")
    func numbers() {
        var town = Town.pair()
        let (alpha, beta) = (town.hosts[0].key, town.hosts[1].key)
        let first = town.hosts[0].sessions.seal([1], to: beta, at: 0).number
        #expect(town.hosts[0].sessions.seal([1], to: beta, at: 0).number != first)
        #expect(town.hosts[1].sessions.seal([1], to: alpha, at: 0).number != first)
    }

    private func messages(in host: Town.Host) -> [[UInt8]] {
        host.events.compactMap { event in
            guard case .message(let bytes, _, _) = event else { return nil }
            return bytes.starts(with: "hello".utf8) ? nil : bytes
        }
    }
}
