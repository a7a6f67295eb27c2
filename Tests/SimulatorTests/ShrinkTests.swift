// SPDX-License-Identifier: Apache-2.0

import Simulator
import Testing

/// Leaving out what does not matter, and telling the rest.
@Suite struct ShrinkTests {
    @Test(
        "letting all happen that happened is the same run, to the last event",
        arguments: [UInt64(3), 8, 21],
        [Profile.swarm, .storm, .canary]
    )
    func selection(seed: UInt64, profile: Profile) {
        let whole = Run(Plan(seed: seed, profile: profile))
        let same = Run(
            Plan(seed: seed, profile: profile, only: Selection(whole.misfortunes))
        )
        #expect(same.hash == whole.hash, "seed \(seed)")
        #expect(same.misfortunes == whole.misfortunes)
    }

    @Test("one that is left out does not happen, and the first of the others come as they would")
    func leftOut() throws {
        let whole = Run(Plan(seed: 8, profile: .storm))
        let some = whole.misfortunes.filter { $0.fault == .crash || $0.fault == .cut }
        try #require(some.count > 4)
        let less = Run(Plan(seed: 8, profile: .storm, only: Selection(some)))
        #expect(less.misfortunes.allSatisfy { $0.fault == .crash || $0.fault == .cut })
        #expect(less.misfortunes == some)
        #expect(Run(Plan(seed: 8, profile: .storm, only: Selection([]))).misfortunes.isEmpty)
    }

    @Test("a selection reads what it writes")
    func spelling() throws {
        let text = "loss.4-6,loss.9,cut.1"
        let selection = try #require(Selection(text))
        #expect("\(selection)" == text)
        #expect(Selection("none")?.description == "none")
        for wrong in ["rain.1", "loss", "loss.0", "loss.x", "loss.3-2", "loss.1.2"] {
            #expect(Selection(wrong) == nil, "\(wrong)")
        }
    }

    /// A world in which a promise breaks only where these two things happen to two hosts or more.
    private func brittle(_ recipe: Recipe) -> Shrinker.Failure? {
        let all = (1...40).map { Misfortune(.loss, $0) } + (1...9).map { Misfortune(.cut, $0) }
        let happened = all.filter { recipe.only?.contains($0) ?? true }
        let isBroken =
            happened.contains(Misfortune(.loss, 17)) && happened.contains(Misfortune(.cut, 3))
            && recipe.nodes ?? 5 >= 2
        return isBroken
            ? Shrinker.Failure(property: "p", misfortunes: happened, isLate: false) : nil
    }

    @Test("of forty-nine misfortunes the two are left that it takes, and of the hosts two")
    func two() throws {
        var shrinker = Shrinker(play: brittle)
        let shrunk = shrinker.shrink(Recipe(seed: 1, nodes: 5))
        let found = try #require(shrunk)
        #expect(found.recipe.only?.description == "loss.17,cut.3")
        #expect(found.recipe.nodes == 2)
        #expect(shrinker.tries < 100)
    }

    @Test("another property that breaks on the way is not the one looked for")
    func another() throws {
        var shrinker = Shrinker { recipe in
            let isWhole = recipe.only == nil || recipe.only?.description == "crash.1,crash.7"
            return Shrinker.Failure(
                property: isWhole ? "looked for" : "another",
                misfortunes: [Misfortune(.crash, 1), Misfortune(.crash, 7)],
                isLate: false
            )
        }
        let shrunk = shrinker.shrink(Recipe(seed: 1, nodes: 1))
        let found = try #require(shrunk)
        #expect(found.failure.property == "looked for")
        #expect(found.recipe.only?.description == "crash.1,crash.7")
    }

    @Test(
        "the canary's story fits a screen, can lose nothing more, and comes out the same",
        arguments: [UInt64(2), 4, 7, 21]
    )
    func canary(seed: UInt64) throws {
        let recipe = Recipe(seed: seed, nodes: 3, profile: .canary)
        let whole = Run(recipe.plan)
        var shrinker = Shrinker()
        let shrunk = shrinker.shrink(recipe)
        let found = try #require(shrunk)
        #expect(found.failure.property == whole.violation?.property, "seed \(seed)")
        #expect(found.recipe.only == Selection(found.failure.misfortunes))
        for one in found.failure.misfortunes {
            var less = found.recipe
            less.only = Selection(found.failure.misfortunes.filter { $0 != one })
            let run = Run(less.plan)
            #expect(run.violation?.property != found.failure.property, "seed \(seed), \(one)")
        }
        var lines: [String] = []
        let again = Run(found.recipe.plan) { lines.append($0) }
        #expect(again.violation?.property == whole.violation?.property)
        let story = Story(lines).lines
        #expect(story.count <= 40)
        #expect(story.last?.contains("VIOLATED promisesSurvive") ?? false)
        for one in found.failure.misfortunes {
            #expect(story.contains { Misfortune(line: $0) == one }, "seed \(seed), \(one)")
        }
        var second = Shrinker()
        let repeated = second.shrink(recipe)
        #expect(repeated?.recipe == found.recipe)
    }

    @Test("a story keeps what went wrong, and of the rest what was last")
    func story() {
        var lines = ["      1.000  n1  cut.1: links are cut, one way or both"]
        for _ in 0..<100 { lines.append("      2.000  n2  hears n1 -> n2 heartbeat 1.n1 slot=1") }
        for at in 0..<30 { lines.append("      3.000  n2  hears n1 -> n2 prepare \(at).n1 slot=1") }
        lines.append("      4.000  n2  standing with ballot 9.n2")
        lines.append("      5.000  --  VIOLATED leasesNeverOverlap: two")
        let story = Story(lines, rows: 10).lines
        #expect(story.count == 10)
        #expect(story.first == lines.first)
        #expect(story.last == lines.last)
        #expect(story.contains { $0.contains("standing") })
        #expect(story.contains { $0.contains("prepare 29.n1") })
        #expect(!story.contains { $0.contains("prepare 1.n1") || $0.contains("heartbeat") })
    }
}
