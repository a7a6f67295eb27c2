// SPDX-License-Identifier: Apache-2.0

/// The messages of one peer that have arrived in part.
///
/// A few jigsaw puzzles on a small table: at most four, and no more bytes than the two longest
/// have. For a new one, the oldest is swept off, and none is kept for longer than ten seconds. It
/// belongs to the peer and not to a session, so that a message begun before a new key is finished
/// after it.
///
/// A message that was delivered is forgotten. If all of it comes once more it is delivered once
/// more: the peer sends again what was not answered, and the answer may be what was lost.
struct Reassembly: Sendable, Equatable {
    static let messagesMax = 4
    static let bytesMax = 2 * Sessions.messageBytesMax
    static let patienceNs: Int64 = 10_000_000_000

    private struct Partial: Sendable, Equatable {
        let number: UInt64
        let begun: Int64
        var bytes: [UInt8]
        var missing: [Bool]
        var missingCount: Int

        /// Puts the chunk where it belongs, unless it is there already.
        mutating func place(_ fragment: Fragment) {
            guard missing[fragment.place] else { return }
            missing[fragment.place] = false
            missingCount -= 1
            let start = fragment.place * Fragment.chunkBytes
            bytes.replaceSubrange(start..<(start + fragment.chunk.count), with: fragment.chunk)
        }
    }

    /// From the oldest to the newest.
    private var partials: [Partial] = []

    /// How many messages wait for more.
    var count: Int { partials.count }

    enum Outcome: Equatable {
        case waiting
        case complete([UInt8])
        /// It contradicts what came before under the same number.
        case contradiction
    }

    /// Takes a fragment. `dropped` goes up by the messages that were given up for it.
    mutating func add(_ fragment: Fragment, at now: Int64, dropped: inout UInt64) -> Outcome {
        dropped += removeFirst { now - $0.begun >= Self.patienceNs }
        let position: Int
        if let known = partials.firstIndex(where: { $0.number == fragment.number }) {
            guard partials[known].bytes.count == fragment.messageBytes else {
                return .contradiction
            }
            position = known
        } else {
            var bytes = fragment.messageBytes + partials.reduce(0) { $0 + $1.bytes.count }
            while partials.count >= Self.messagesMax || bytes > Self.bytesMax {
                bytes -= partials.removeFirst().bytes.count
                dropped += 1
            }
            position = partials.count
            partials.append(Self.begin(fragment, at: now))
        }
        partials[position].place(fragment)
        guard partials[position].missingCount == 0 else { return .waiting }
        return .complete(partials.remove(at: position).bytes)
    }

    private mutating func removeFirst(while isOld: (Partial) -> Bool) -> UInt64 {
        let old = partials.prefix(while: isOld).count
        partials.removeFirst(old)
        return UInt64(old)
    }

    private static func begin(_ fragment: Fragment, at now: Int64) -> Partial {
        let count = Fragment.count(messageBytes: fragment.messageBytes)
        return Partial(
            number: fragment.number,
            begun: now,
            bytes: [UInt8](repeating: 0, count: fragment.messageBytes),
            missing: [Bool](repeating: true, count: count),
            missingCount: count
        )
    }
}
