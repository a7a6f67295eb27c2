// SPDX-License-Identifier: Apache-2.0

import Simulator

/// What came of many seeds, in figures. The order in which seeds were run does not show in it.
struct Tally {
    var seeds = 0
    var failed = 0
    var events = 0
    var steps = 0
    var decrees = 0
    var elections = 0
    /// The slowest election, in thousandths of its bound.
    var slowest = 0
    var hash: UInt64 = 0

    mutating func add(_ run: Run) {
        seeds += 1
        failed += run.violation == nil ? 0 : 1
        events += run.events
        steps += run.steps
        decrees += run.decrees
        hash = hash &+ run.hash
        if let election = run.election {
            elections += 1
            slowest = max(slowest, Int(election * 1000 / max(run.bound, 1)))
        }
    }

    mutating func add(_ other: Tally) {
        seeds += other.seeds
        failed += other.failed
        events += other.events
        steps += other.steps
        decrees += other.decrees
        elections += other.elections
        slowest = max(slowest, other.slowest)
        hash = hash &+ other.hash
    }

    /// For a person.
    var text: String {
        "\(seeds) seeds, \(events) events, \(steps) steps, \(decrees) decrees; \(elections) elections "
            + "in the liveness phase, the slowest took \(slowest / 10) % of its bound"
    }

    /// For the process that started this one.
    var line: String {
        "TALLY \(seeds) \(failed) \(events) \(steps) \(decrees) \(elections) \(slowest) \(hash)"
    }

    init() {}

    init?(line: some StringProtocol) {
        let words = line.split(separator: " ")
        guard words.first == "TALLY", words.count == 9 else { return nil }
        let numbers = words.dropFirst().compactMap { Int($0) }
        guard let hash = UInt64(words[8]), numbers.count >= 7 else { return nil }
        (seeds, failed, events, steps) = (numbers[0], numbers[1], numbers[2], numbers[3])
        (decrees, elections, slowest) = (numbers[4], numbers[5], numbers[6])
        self.hash = hash
    }
}
