// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Testing
import Wire

/// Bytes that are not quite a message. Nothing of this may trap; what still reads as a message can
/// be written again.
@Suite struct DamageTests {
    /// Decodes and, where that works, encodes what came out and reads it once more.
    private func takeIn(_ bytes: [UInt8]) {
        guard let arrival = try? Message.decode(bytes, digest: ToyDigest.self) else { return }
        guard case .message(let message) = arrival else { return }
        #expect(throws: Never.self) {
            let again = try Message.decode(message.encoded, digest: ToyDigest.self)
            #expect(again == .message(message), "\(hex(bytes))")
        }
    }

    @Test("a message that is cut short anywhere is refused", arguments: MessageSample.all)
    func truncated(sample: MessageSample) {
        let bytes = sample.message.encoded
        for length in bytes.indices {
            let error: WireError = length == 0 ? .empty : .fields(.truncated)
            #expect(throws: error) {
                try Message.decode(Array(bytes.prefix(length)), digest: ToyDigest.self)
            }
        }
    }

    @Test("a message with any single bit turned round does no harm", arguments: MessageSample.all)
    func bitFlips(sample: MessageSample) {
        let bytes = sample.message.encoded
        for at in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[at] ^= 1 << bit
                takeIn(damaged)
            }
        }
    }

    @Test("bytes drawn at random, and messages with bytes drawn at random, do no harm")
    func random() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("wire: random bytes from seed \(seed)")
        var chance = SplitMix64(seed: seed)
        for _ in 0..<2000 {
            let count = Int(chance.below(200))
            takeIn([1] + (0..<count).map { _ in UInt8(truncatingIfNeeded: chance.next()) })
        }
        for _ in 0..<4000 {
            let samples = MessageSample.all
            var bytes = samples[Int(chance.below(UInt64(samples.count)))].message.encoded
            for _ in 0...chance.below(4) {
                let at = Int(chance.below(UInt64(bytes.count)))
                bytes[at] = UInt8(truncatingIfNeeded: chance.next())
            }
            takeIn(bytes)
        }
    }

    @Test("a field that is not known is skipped, wherever it stands", arguments: MessageSample.all)
    func unknownFields(sample: MessageSample) throws {
        // Tag 9 stands between the header and the kind's fields, 250 behind all of them.
        for tag: UInt8 in [9, 250] {
            let bytes = Row(sample.message.encoded).adding(tag, [1, 2, 3])
            let arrival = try Message.decode(bytes, digest: ToyDigest.self)
            #expect(arrival == .message(sample.message))
        }
    }

    @Test("a kind that is not known is named, so that it can be counted")
    func unknownKind() throws {
        for kind in UInt8(19)...255 {
            let bytes = [1, kind, 0, 4, 9, 0, 1, 7]
            let arrival = try Message.decode(bytes, digest: ToyDigest.self)
            #expect(arrival == .unknownKind(kind))
        }
    }
}
