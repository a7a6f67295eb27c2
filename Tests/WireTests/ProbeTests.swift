// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing
import Wire

/// What hosts ask each other for `electctl doctor`, byte by byte.
@Suite struct ProbeTests {
    private let probe = Probe(sentAt: Instant(nanoseconds: 0x0102), prompts: true)

    private func decode(_ bytes: [UInt8]) throws(WireError) -> Arrival {
        try Message.decode(bytes, digest: ToyDigest.self)
    }

    private func reply() throws -> ProbeReply {
        let node = NodeID(
            name: "db2",
            key: try #require(PublicKey([UInt8](repeating: 0xA1, count: 32)))
        )
        return ProbeReply(
            sentAt: Instant(nanoseconds: 0x0102),
            clock: Instant(nanoseconds: 3),
            release: "0.1",
            trips: [ProbeReply.Trip(node: node, span: Span(nanoseconds: 9))]
        )
    }

    /// Holds the bytes against those of the file, which were sent by the release of that version.
    private func golden(_ bytes: [UInt8], _ name: String, _ story: String) throws {
        let text = Layout.text(of: bytes, story: story)
        let golden = try GoldenFile("1/\(name).hex").text(rewritten: text)
        #expect(text == golden)
        #expect(GoldenFile.bytes(in: golden) == bytes)
    }

    @Test("a probe has the bytes of its golden file")
    func probeBytes() throws {
        try golden(probe.encoded, "probe", "How far is it, and what does your clock say?")
        #expect(try decode(probe.encoded) == .probe(probe))
    }

    @Test("so has its answer")
    func replyBytes() throws {
        let reply = try reply()
        try golden(reply.encoded, "probe-reply", "It says that db2 is 9 ns away.")
        #expect(try decode(reply.encoded) == .probeReply(reply))
    }

    @Test("every part of one is refused, and so is one with more behind it")
    func truncated() throws {
        let bytes = probe.encoded
        for count in 0..<bytes.count {
            #expect(throws: WireError.self) { try decode(Array(bytes.prefix(count))) }
        }
        #expect(throws: WireError.trailing) { try decode(bytes + [0]) }
    }

    @Test("a flag that is neither, a time of 2⁶¹, and too many ways are refused")
    func bounds() throws {
        let row = Row(probe.encoded)
        #expect(throws: WireError.self) { try decode(row.replacing(49, [2])) }
        #expect(throws: WireError.self) {
            try decode(row.replacing(21, [0x20, 0, 0, 0, 0, 0, 0, 0]))
        }
        let node = NodeID(
            name: "db2",
            key: try #require(PublicKey([UInt8](repeating: 1, count: 32)))
        )
        var reply = ProbeReply(sentAt: .zero, clock: .zero, release: "", trips: [])
        let trip = ProbeReply.Trip(node: node, span: .zero)
        reply.trips = Array(repeating: trip, count: ClusterState.memberLimit)
        #expect(throws: Never.self) { try decode(reply.encoded) }
        var many = Row(reply.encoded)
        let last = try #require(many.fields.last)
        many.fields.append(last)
        #expect(throws: WireError.self) { try decode(many.bytes) }
    }

    @Test("what a newer release adds to it is passed over")
    func newer() throws {
        #expect(try decode(Row(probe.encoded).adding(200, [7])) == .probe(probe))
    }
}
