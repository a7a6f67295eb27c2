// SPDX-License-Identifier: Apache-2.0

import Simulator
import Testing

/// The writer of scores for the TLA+ model. Whether a score is a legal game, the model says itself:
/// Tests/Model/check.sh traces.
@Suite struct ScribeTests {
    /// The moves of a module, in order: `stand`, `sync`, and so on, but for ticks.
    private func moves(_ module: String) -> [Substring] {
        module.split(separator: "\n").filter { $0.hasPrefix("[do |->") }
            .compactMap { $0.split(separator: "\"").dropFirst().first }
            .filter { $0 != "tick" }
    }

    @Test("who writes along changes nothing", arguments: [UInt64(1), 3, 24])
    func watches(seed: UInt64) throws {
        let scribe = Scribe(Plan(seed: seed))
        #expect(Run(Plan(seed: seed)).hash == Run(Plan(seed: seed), scribe: scribe).hash)
        #expect(try #require(scribe.module(named: "Seed")).contains("MODULE Seed "))
    }

    @Test("a founding is written down move by move")
    func founding() throws {
        let plan = Plan(seed: 1, nodes: 1, profile: .calm)
        let scribe = Scribe(plan)
        #expect(Run(plan, scribe: scribe).violation == nil)
        let score = moves(try #require(scribe.module(named: "Alone")))
        let first = ["stand", "sync", "promise", "propose", "accept", "sync", "choose"]
        #expect(score.prefix(first.count).map(String.init) == first)
        #expect(score.contains("leads"))
        #expect(scribe.objection == nil)
    }

    @Test("a score ends where it is long enough")
    func limit() throws {
        let plan = Plan(seed: 1)
        let scribe = Scribe(plan, limit: 40)
        _ = Run(plan, scribe: scribe)
        #expect(try #require(scribe.module(named: "Short")).split(separator: "\n").count < 70)
    }
}
