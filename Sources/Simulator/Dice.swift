// SPDX-License-Identifier: Apache-2.0

import Election

/// All chance of a world, from one seed. Each part of the world has dice of its own, so that taking
/// one fault away leaves the throws of the others as they were.
struct Dice: RandomNumberGenerator {
    private var source: SplitMix64

    init(seed: UInt64, _ part: UInt64) {
        source = SplitMix64(seed: MixDigest.stir(seed) ^ MixDigest.stir(part &+ 0x51))
    }

    mutating func next() -> UInt64 { source.next() }

    mutating func word() -> UInt64 { source.next() }

    /// From 0 up to, not including, `bound`.
    mutating func below(_ bound: Int) -> Int {
        bound <= 0 ? 0 : Int(source.next() % UInt64(bound))
    }

    /// Any number of the range, each as likely.
    mutating func pick(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound
            + Int64(source.next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// Any number of the range, each order of magnitude as likely: short spans and long ones.
    mutating func pickLog(_ range: ClosedRange<Int64>) -> Int64 {
        let low = max(range.lowerBound, 1)
        var doublings: Int64 = 0
        while low << (doublings + 1) <= range.upperBound { doublings += 1 }
        let from = low << pick(0...doublings)
        return pick(from...max(from, min(from * 2, range.upperBound)))
    }

    /// True so many times in a million.
    mutating func chance(ppm: Int) -> Bool {
        ppm > 0 && Int(source.next() % 1_000_000) < ppm
    }

    /// True one time in `count`.
    mutating func one(in count: Int) -> Bool { below(count) == 0 }

    /// One element; nil where there is none.
    mutating func choose<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }
}
