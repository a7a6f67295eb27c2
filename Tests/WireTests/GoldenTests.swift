// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Testing
import Wire

/// Each message beside its bytes. Whoever changes one of these files breaks the cluster that is
/// being upgraded host by host.
@Suite struct GoldenTests {
    @Test("a message has exactly the bytes of its golden file", arguments: MessageSample.all)
    func encodes(sample: MessageSample) throws {
        let text = Layout.text(of: sample.message.encoded, story: sample.story)
        let golden = try GoldenFile(sample.file).text(rewritten: text)
        #expect(text == golden)
        #expect(GoldenFile.bytes(in: golden) == sample.message.encoded)
    }

    @Test("the bytes of a golden file are exactly its message", arguments: MessageSample.all)
    func decodes(sample: MessageSample) throws {
        let text = Layout.text(of: sample.message.encoded, story: sample.story)
        let golden = try GoldenFile(sample.file).text(rewritten: text)
        let bytes = try #require(GoldenFile.bytes(in: golden))
        let arrival = try Message.decode(bytes, digest: ToyDigest.self)
        #expect(arrival == .message(sample.message))
    }

    @Test("what every release has sent is read, version by version")
    func everyVersion() throws {
        #expect(try GoldenFile.versions() == GoldenFile.released("protocol"))
        for version in WireVersion.supported {
            let files = try GoldenFile.all(of: version)
            var kinds: Set<UInt8> = []
            for file in files {
                let bytes = try #require(try file.bytes(), "\(file.path)")
                #expect(bytes[0] == version, "\(file.path)")
                if case .unknownKind = try Message.decode(bytes, digest: ToyDigest.self) {
                    Issue.record("\(file.path) is of an unknown kind")
                }
                kinds.insert(bytes[1])
            }
            #expect(kinds.isSuperset(of: 1...18), "version \(version)")
        }
    }

    @Test("every kind of message has a golden file")
    func complete() {
        let kinds = Set(MessageSample.all.map { $0.message.encoded[1] })
        #expect(kinds == Set(1...16))
    }

    @Test("a decree in a message keeps the bytes that it came in, a newer version's included")
    func newerDecree() throws {
        let bytes = Sample.next.bytes + [250, 0, 2, 7, 7]
        let newer = try Decree(decoding: bytes, digest: ToyDigest.self)
        #expect(!newer.isUnderstood)
        let message = Message(cluster: newer.cluster, slot: 2, body: .decided(newer))
        let arrival = try Message.decode(message.encoded, digest: ToyDigest.self)
        guard case .message(let read) = arrival, case .decided(let decree) = read.body else {
            Issue.record("no decree arrived: \(arrival)")
            return
        }
        #expect(decree.bytes == bytes)
        #expect(decree.id == newer.id)
        #expect(read.encoded == message.encoded)
    }
}

extension MessageSample {
    /// Its golden file: in the directory of the newest version.
    fileprivate var file: String { "\(WireVersion.supported.upperBound)/\(name).hex" }
}
