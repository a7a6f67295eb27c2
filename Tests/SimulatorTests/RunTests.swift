// SPDX-License-Identifier: Apache-2.0

import Simulator
import Testing

/// Whole runs: that a seed repeats, that a few worlds hold, and that a broken one does not.
@Suite struct RunTests {
    @Test("a seed gives the same run each time", arguments: [UInt64(1), 2, 3, 77])
    func repeats(seed: UInt64) {
        let first = Run(Plan(seed: seed))
        let second = Run(Plan(seed: seed)) { _ in }
        #expect(first.hash == second.hash)
        #expect(first.events == second.events)
        #expect(first.hash != Run(Plan(seed: seed + 1)).hash)
    }

    @Test("where nothing goes wrong all agree well within the bound", arguments: UInt64(1)...4)
    func calm(seed: UInt64) throws {
        let run = Run(Plan(seed: seed, profile: .calm))
        #expect(run.violation == nil, "seed \(seed)")
        #expect(try #require(run.election) < run.bound, "seed \(seed)")
    }

    @Test("a little of everything goes wrong and every property holds", arguments: UInt64(1)...5)
    func swarm(seed: UInt64) {
        let run = Run(Plan(seed: seed))
        #expect(run.violation == nil, "electsim replay \(seed)")
    }

    @Test("the canary, an acceptor that forgets, is caught")
    func canary() throws {
        let runs = (UInt64(1)...6).map { Run(Plan(seed: $0, nodes: 3, profile: .canary)) }
        let caught = runs.compactMap(\.violation)
        #expect(!caught.isEmpty)
        #expect(caught.contains { $0.property == "promisesSurvive" })
        #expect(try #require(caught.first).detail.contains("remembers"))
    }

    @Test("the table says what a seed will do")
    func table() {
        let calm = Plan(seed: 1, nodes: 3, profile: .calm).table
        #expect(calm.contains("hosts         3 found the cluster"))
        #expect(!calm.contains("fault"))
        let storm = Plan(seed: 1, nodes: 3, profile: .storm).table
        #expect(storm.contains("fault         links are cut, one way or both"))
    }
}
