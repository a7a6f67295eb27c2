// SPDX-License-Identifier: Apache-2.0

/// A table from words to numbers that only grows, with open addressing.
///
/// Every step of a search is one look into it, so it does without what a `Dictionary` does besides:
/// its words are stirred, not hashed, and nothing is ever taken out.
struct WordTable {
    private var slots: [(word: UInt64, number: UInt32)]
    private var count = 0

    private static let free = UInt64.max

    init() { slots = Array(repeating: (Self.free, 0), count: 1 << 10) }

    /// The place of a word, or the free one that it would take.
    private func place(of word: UInt64) -> Int {
        let mask = slots.count - 1
        var at = Int(truncatingIfNeeded: stir(word)) & mask
        while slots[at].word != word, slots[at].word != Self.free { at = (at + 1) & mask }
        return at
    }

    /// The number of this word; nil if it has none.
    subscript(word: UInt64) -> UInt32? {
        let slot = slots[place(of: word)]
        return slot.word == word ? slot.number : nil
    }

    /// Gives a number to a word that has none.
    mutating func note(_ word: UInt64, _ number: UInt32) {
        precondition(word != Self.free, "a word that marks a free slot")
        if count * 4 >= slots.count * 3 {
            let old = slots
            slots = Array(repeating: (Self.free, 0), count: old.count * 2)
            for slot in old where slot.word != Self.free { slots[place(of: slot.word)] = slot }
        }
        slots[place(of: word)] = (word, number)
        count += 1
    }
}
