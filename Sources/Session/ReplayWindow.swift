// SPDX-License-Identifier: Apache-2.0

/// Which of the last 1,024 counters of a session were seen, so that no datagram counts twice.
///
/// A strip of paper on which each counter has a square. The strip moves on when a higher counter
/// comes; what falls off its end is too old to be told from a copy and is refused. After RFC 6479
/// the squares lie in a ring of words that is longer than the window: moving on clears whole words
/// and never shifts a bit.
///
/// Looking and marking are two steps. Whoever looks has not decrypted yet, and a forged counter
/// must not move the strip.
struct ReplayWindow: Sendable, Equatable {
    /// How far behind the highest a counter may be.
    static let size: UInt64 = 1_024

    /// One word more than the window: the one being filled.
    private static let wordCount = 17
    private var words = [UInt64](repeating: 0, count: wordCount)

    /// One more than the highest counter seen; 0 before the first.
    private(set) var next: UInt64 = 0

    /// Whether `counter` was not seen and is not too old to know.
    func admits(_ counter: UInt64) -> Bool {
        if counter >= next { return counter < .max }
        if next - counter > Self.size { return false }
        return words[Self.word(of: counter)] & Self.bit(of: counter) == 0
    }

    /// Marks `counter`, which was admitted and whose datagram is genuine, as seen.
    mutating func commit(_ counter: UInt64) {
        precondition(admits(counter), "counter \(counter) committed twice, or behind \(next)")
        if counter >= next {
            let newest = next == 0 ? 0 : (next - 1) / 64
            let steps = min(counter / 64 - newest, UInt64(Self.wordCount))
            for step in 0..<steps {
                words[Int((counter / 64 - step) % UInt64(Self.wordCount))] = 0
            }
            next = counter + 1
        }
        words[Self.word(of: counter)] |= Self.bit(of: counter)
    }

    private static func word(of counter: UInt64) -> Int { Int(counter / 64 % UInt64(wordCount)) }
    private static func bit(of counter: UInt64) -> UInt64 { 1 << (counter % 64) }
}
