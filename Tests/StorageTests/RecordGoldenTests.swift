// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

@testable import Storage

/// The files beside their bytes: a release reads what an older one wrote.
@Suite struct RecordGoldenTests {
    private static let fields = Layout([
        1: Layout.Line("name", .text), 2: Layout.Line("origin", .number),
        3: Layout.Line(
            "founder",
            .row(
                Layout([
                    1: Layout.Line("name", .text), 2: Layout.Line("address", .text),
                ])
            )
        ),
        4: Layout.Line("decided", .row(.decree)), 5: Layout.Line("promised", .numbered),
        6: Layout.Line("accepted under ballot", .numbered),
        7: Layout.Line("accepted", .row(.decree)),
        8: Layout.Line("longest grant, ns", .number),
    ])

    /// Fixed parts by their lengths, then fields, then the checksum.
    private func text(
        _ bytes: [UInt8],
        story: String,
        parts: [(Int, String)],
        _ layout: Layout? = nil
    ) -> String {
        var lines = ["# \(story)"]
        var rest = bytes[...]
        for (count, name) in parts {
            lines.append("\(hex(rest.prefix(count)))  # \(name)")
            rest = rest.dropFirst(count)
        }
        if let layout { lines += layout.lines(for: rest.dropLast(32)) }
        lines.append("\(hex(rest.suffix(32)))  # checksum")
        return lines.joined(separator: "\n") + "\n"
    }

    private static let head = [
        (8, "electrec"), (4, "format"), (32, "public key"), (16, "cluster"),
        (8, "write number"), (4, "length"),
    ]

    @Test("a copy has exactly the bytes of its golden file", arguments: RecordSample.all)
    func record(sample: RecordSample) throws {
        let bytes = RecordCopy.bytes(of: sample.record, ToyHash.self)
        let text = text(bytes, story: sample.story, parts: Self.head, Self.fields)
        let golden = try GoldenFile("\(RecordCopy.format)/\(sample.name).hex").text(rewritten: text)
        #expect(text == golden)
        let read = try #require(GoldenFile.bytes(in: golden))
        #expect(read == bytes)
        var areas = Areas(nil, nil)
        areas.a = read
        #expect(try areas.recovered().record == sample.record)
    }

    @Test("an identity has exactly the bytes of its golden file, and hides half of them")
    func identity() throws {
        let secret = [UInt8](repeating: 0x5E, count: 32)
        let identity = Identity(privateKey: secret, publicKey: Sample.db1.key)
        let parts = [(8, "electkey"), (4, "format"), (32, "private key"), (32, "public key")]
        let text = text(
            identity.encoded(ToyHash.self),
            story: "A key pair; the real ones are random and readable by their owner alone.",
            parts: parts
        )
        let golden = try GoldenFile("\(RecordCopy.format)/identity.hex").text(rewritten: text)
        #expect(text == golden)
        let bytes = try #require(GoldenFile.bytes(in: golden))
        #expect(try Identity(bytes, ToyHash.self) == identity)

        var dumped = ""
        dump(identity, to: &dumped)
        #expect(!"\(identity) \(String(reflecting: identity)) \(dumped)".contains("94"))
    }

    @Test("what every release has left on a disk is read, version by version")
    func everyVersion() throws {
        let versions = try GoldenFile.versions()
        #expect(versions == (try GoldenFile.released("record")))
        #expect(versions.last == Int(RecordCopy.format))
        for version in versions {
            var records = 0
            for file in try GoldenFile.all(of: version) {
                let bytes = try #require(try file.bytes(), "\(file.path)")
                if file.path.hasSuffix("/identity.hex") {
                    _ = try Identity(bytes, ToyHash.self)
                    continue
                }
                records += 1
                var areas = Areas(nil, nil)
                areas.a = bytes
                #expect(try areas.recovered().record.node.isNameValid, "\(file.path)")
            }
            #expect(records >= 3, "version \(version)")
        }
    }

    @Test("what is written is what is read, for records of every kind")
    func roundTrips() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("storage: records from seed \(seed)")
        var chance = SplitMix64(seed: seed)
        for _ in 0..<60 {
            let record = Record.random(&chance)
            let recovery = Areas(record, record).recovery(of: Sample.db3.key)
            guard case .recovered(let read, _) = recovery else {
                Issue.record("\(recovery) of \(record)")
                continue
            }
            #expect(read == record)
        }
    }

    @Test("a record of two decrees of the greatest length fits into its area")
    func largest() throws {
        var state = Sample.largest.state
        state.slot += 1
        var record = RecordSample.voter.record
        record.decided = Sample.largest
        record.accepted = Proposal(
            ballot: record.promised,
            value: Decree(state, digest: ToyHash.self)
        )
        #expect(try Areas(record, record).recovered().record == record)
    }
}
