// SPDX-License-Identifier: Apache-2.0

import Simulator
import Testing

/// Whole runs: that a seed repeats, and that a few worlds hold.
@Suite struct RunTests {
    @Test("a seed gives the same run each time", arguments: [UInt64(1), 2, 3, 77])
    func repeats(seed: UInt64) {
        let first = Run(Plan(seed: seed))
        let second = Run(Plan(seed: seed))
        #expect(first.hash == second.hash)
        #expect(first.events == second.events)
    }

    @Test("where nothing goes wrong all agree well within the bound", arguments: UInt64(1)...12)
    func calm(seed: UInt64) throws {
        let run = Run(Plan(seed: seed, profile: .calm))
        #expect(run.violation == nil)
        #expect(try #require(run.election) < run.bound)
    }
}
