// SPDX-License-Identifier: Apache-2.0

/// Numbers the misfortunes of a run, and lets those happen that are to.
///
/// The dice are thrown either way. What they threw is counted, by kind, and then happens or does
/// not: so leaving one out changes what comes of it, and no other throw.
struct Fate {
    private let only: Selection?
    private var counts = Array(repeating: 0, count: Fault.allCases.count)
    /// What has happened, in order.
    private(set) var struck: [Misfortune] = []

    init(only: Selection?) { self.only = only }

    /// The next of its kind.
    mutating func next(_ fault: Fault) -> Misfortune {
        counts[fault.rawValue] += 1
        return Misfortune(fault, counts[fault.rawValue])
    }

    /// Whether it happens.
    mutating func lets(_ misfortune: Misfortune) -> Bool {
        if let only, !only.contains(misfortune) { return false }
        struck.append(misfortune)
        return true
    }
}

/// Dice for each of many lanes: links, disks, processes. What one lane throws for the nth time does
/// not depend on the others.
struct Lanes {
    private let seed: UInt64
    private let part: UInt64
    private var counts: [UInt64]

    init(seed: UInt64, _ part: UInt64, lanes: Int) {
        (self.seed, self.part) = (seed, part)
        counts = Array(repeating: 0, count: lanes)
    }

    /// The dice for the next throw of this lane.
    mutating func next(_ lane: Int) -> Dice {
        counts[lane] += 1
        return Dice(seed: seed, part << 56 | UInt64(lane) << 32 | counts[lane])
    }
}

extension Dice {
    /// A misfortune's own: when the next of its kind comes, whom it meets, how long it lasts.
    init(_ misfortune: Misfortune, of seed: UInt64) {
        let kind = UInt64(misfortune.fault.rawValue)
        self.init(seed: seed, 3 << 56 | kind << 32 | UInt64(misfortune.number))
    }
}

extension World {
    /// The dice have thrown a misfortune: whether it happens. `what` says to whom.
    mutating func strikes(
        _ fault: Fault,
        on host: Int = -1,
        _ what: @autoclosure () -> String
    ) -> Bool {
        let misfortune = fate.next(fault)
        return strikes(misfortune, on: host, what())
    }

    /// The same for one that has its number already.
    mutating func strikes(
        _ misfortune: Misfortune,
        on host: Int = -1,
        _ what: @autoclosure () -> String
    ) -> Bool {
        guard fate.lets(misfortune) else { return false }
        trace.note(
            now,
            host,
            64 + UInt64(misfortune.fault.rawValue),
            UInt64(misfortune.number),
            "\(misfortune): \(what())"
        )
        return true
    }
}
