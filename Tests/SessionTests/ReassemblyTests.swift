// SPDX-License-Identifier: Apache-2.0

// A fragment says itself how much is to come. These are the ones that lie, and the ones whose rest
// never comes.

import Testing

@testable import Session

@Suite("Fragments that make no sense, or no end")
struct ReassemblyTests {
    private func plaintext(number: UInt64, length: Int, place: Int, chunk: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: number)
        bytes.append(littleEndian: UInt32(length))
        bytes.append(littleEndian: UInt16(place))
        return bytes + [UInt8](repeating: 1, count: chunk)
    }

    private func fragment(_ number: UInt64, of length: Int = 3_000, place: Int = 0) -> Fragment? {
        let chunk = min(Fragment.chunkBytes, length - place * Fragment.chunkBytes)
        return Fragment(
            plaintext: plaintext(number: number, length: length, place: place, chunk: chunk)
        )
    }

    @Test("a fragment must have exactly the bytes of its place")
    func places() {
        let chunk = Fragment.chunkBytes
        func isOne(length: Int, place: Int, chunk: Int) -> Bool {
            let bytes = plaintext(number: 1, length: length, place: place, chunk: chunk)
            return Fragment(plaintext: bytes) != nil
        }
        #expect(isOne(length: 2 * chunk, place: 0, chunk: chunk))
        #expect(isOne(length: 2 * chunk, place: 1, chunk: chunk))
        #expect(!isOne(length: 2 * chunk, place: 2, chunk: chunk))
        #expect(!isOne(length: 2 * chunk, place: 2, chunk: 1))
        #expect(!isOne(length: 2 * chunk, place: 65_535, chunk: chunk))
        #expect(!isOne(length: 2 * chunk, place: 1, chunk: chunk - 1))
        #expect(isOne(length: 2 * chunk - 1, place: 1, chunk: chunk - 1))
        #expect(!isOne(length: 2 * chunk - 1, place: 1, chunk: chunk))
    }

    @Test("a message in fragments is longer than a datagram and no longer than allowed")
    func lengths() {
        for length in [0, 1, DatagramSize.plaintextMax, Sessions.messageBytesMax + 1, 1 << 31] {
            let bytes = plaintext(
                number: 1,
                length: length,
                place: 0,
                chunk: min(length, Fragment.chunkBytes)
            )
            #expect(Fragment(plaintext: bytes) == nil, "length \(length)")
        }
        #expect(fragment(1, of: DatagramSize.plaintextMax + 1) != nil)
        #expect(fragment(1, of: Sessions.messageBytesMax) != nil)
    }

    @Test("no cut of a fragment is one, and none traps")
    func cuts() {
        let whole = plaintext(number: 7, length: 3_000, place: 1, chunk: Fragment.chunkBytes)
        for length in 0..<whole.count {
            #expect(Fragment(plaintext: [UInt8](whole[..<length])) == nil)
        }
    }

    @Test("a number stands for one length")
    func contradiction() throws {
        var reassembly = Reassembly()
        var dropped: UInt64 = 0
        _ = reassembly.add(try #require(fragment(1)), at: 0, dropped: &dropped)
        let other = try #require(fragment(1, of: 4_000))
        #expect(reassembly.add(other, at: 0, dropped: &dropped) == .contradiction)
        let rest = [try #require(fragment(1, place: 1)), try #require(fragment(1, place: 2))]
        #expect(reassembly.add(rest[0], at: 0, dropped: &dropped) == .waiting)
        #expect(reassembly.add(rest[0], at: 0, dropped: &dropped) == .waiting)
        let whole = [UInt8](repeating: 1, count: 3_000)
        #expect(reassembly.add(rest[1], at: 0, dropped: &dropped) == .complete(whole))
        #expect(dropped == 0 && reassembly.count == 0)
    }

    @Test("the oldest of five messages makes way")
    func oldest() throws {
        var reassembly = Reassembly()
        var dropped: UInt64 = 0
        for number: UInt64 in 1...5 {
            let first = try #require(fragment(number, of: 2_000))
            _ = reassembly.add(first, at: 0, dropped: &dropped)
        }
        #expect(dropped == 1 && reassembly.count == 4)
        let second = try #require(fragment(2, of: 2_000, place: 1))
        let whole = [UInt8](repeating: 1, count: 2_000)
        #expect(reassembly.add(second, at: 0, dropped: &dropped) == .complete(whole))
        let lost = try #require(fragment(1, of: 2_000, place: 1))
        #expect(reassembly.add(lost, at: 0, dropped: &dropped) == .waiting)
    }

    @Test("two of the longest have room, a third does not")
    func bytes() throws {
        var reassembly = Reassembly()
        var dropped: UInt64 = 0
        for number: UInt64 in 1...3 {
            let first = try #require(fragment(number, of: Sessions.messageBytesMax))
            _ = reassembly.add(first, at: 0, dropped: &dropped)
            #expect(dropped == (number == 3 ? 1 : 0))
        }
        #expect(reassembly.count == 2)
    }

    @Test("nothing waits longer than ten seconds")
    func patience() throws {
        var reassembly = Reassembly()
        var dropped: UInt64 = 0
        _ = reassembly.add(try #require(fragment(1)), at: 0, dropped: &dropped)
        _ = reassembly.add(try #require(fragment(2)), at: 9_999_999_999, dropped: &dropped)
        #expect(dropped == 0)
        _ = reassembly.add(try #require(fragment(3)), at: 10_000_000_000, dropped: &dropped)
        #expect(dropped == 1 && reassembly.count == 2)
    }

    @Test("a peer that sends nothing but beginnings cannot fill our memory; all is counted")
    func hostilePeer() {
        var town = Town.pair()
        for number in 0..<1_000 {
            let bytes = plaintext(
                number: UInt64(number),
                length: Sessions.messageBytesMax,
                place: number % 66,
                chunk: number % 3 == 0 ? 5 : Fragment.chunkBytes
            )
            let peer = town.hosts[0].sessions.peers[0]
            let session = peer.sessions.count - 1
            let datagram = town.hosts[0].sessions.peers[0].sessions[session]
                .seal(bytes, as: .fragment)
            let outgoing = Outgoing(datagram: datagram, endpoint: town.hosts[1].endpoint)
            town.post(outgoing, by: 0)
        }
        town.deliver()
        #expect(town.hosts[1].sessions.peers[0].reassembly.count == 2)
        #expect(town.hosts[1].sessions.drops[.badFragment] == 334)
        #expect(town.hosts[1].sessions.drops[.incomplete] == 664)
    }
}
