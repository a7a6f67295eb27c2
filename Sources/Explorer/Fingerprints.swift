// SPDX-License-Identifier: Apache-2.0

/// The states that have been seen, eight bytes each.
///
/// A table with open addressing: a fingerprint is well mixed already, so its low bits are its place
/// and the next free one is near. Two states that share a fingerprint are taken for one, which
/// could hide a state; how likely that is stands in the report, as it does in TLC's.
struct Fingerprints {
    private var slots: [UInt64]
    private(set) var count = 0

    init() { slots = Array(repeating: 0, count: 1 << 12) }

    /// Notes a fingerprint; false if it was there.
    mutating func insert(_ fingerprint: UInt64) -> Bool {
        // Zero marks a free slot.
        let wanted = fingerprint == 0 ? 1 : fingerprint
        if count * 4 >= slots.count * 3 { grow() }
        let mask = slots.count - 1
        var at = Int(truncatingIfNeeded: wanted) & mask
        while slots[at] != 0 {
            if slots[at] == wanted { return false }
            at = (at + 1) & mask
        }
        slots[at] = wanted
        count += 1
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: old.count * 2)
        let mask = slots.count - 1
        for fingerprint in old where fingerprint != 0 {
            var at = Int(truncatingIfNeeded: fingerprint) & mask
            while slots[at] != 0 { at = (at + 1) & mask }
            slots[at] = fingerprint
        }
    }

    /// The chance that any two of the states seen had one fingerprint: n²/2 pairs in 2⁶⁴.
    var collisionChance: Double { Double(count) * Double(count) / 36_893_488_147_419_103_232 }
}

/// Stirs a word as SplitMix64 does (Steele, Lea, Flood, OOPSLA 2014): each bit of the result depends
/// on each bit of the word.
func stir(_ word: UInt64) -> UInt64 {
    var z = word &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}
