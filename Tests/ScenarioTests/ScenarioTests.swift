// SPDX-License-Identifier: Apache-2.0

import GoldenFile
import Scenarios
import Testing

// Every story is told again and compared with how it was told before. `REWRITE=1 swift test` writes
// the files in `testdata` anew; the diff is the review.

@Suite("The stories of the literature")
struct ScenarioTests {
    static let names = Scenario.all.map(\.name)

    @Test("what a story claims holds", arguments: names)
    func claims(name: String) throws {
        let performance = try #require(Scenario.named(name)).perform()
        #expect(!performance.acts.isEmpty)
        for act in performance.acts {
            #expect(!act.claims.isEmpty, "an act that claims nothing")
            for claim in act.claims { #expect(claim.holds, "\(claim.sentence)") }
        }
        #expect(performance.holds)
    }

    @Test("a story is told as it was told before", arguments: names)
    func text(name: String) throws {
        let text = try #require(Scenario.named(name)).perform().text
        #expect(try GoldenFile("\(name).txt").text(rewritten: text) == text)
    }

    @Test("a story is the same each time it is told", arguments: names)
    func repeats(name: String) throws {
        let scenario = try #require(Scenario.named(name))
        #expect(scenario.perform() == scenario.perform())
    }

    @Test("names are short words, sentences are sentences, and none is there twice")
    func listing() {
        #expect(Set(Self.names).count == Self.names.count)
        for scenario in Scenario.all {
            #expect(scenario.name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" })
            #expect(scenario.sentence.hasSuffix(".") && scenario.sentence.count < 100)
            #expect(!scenario.source.isEmpty)
        }
    }

    @Test("a name that nobody has is no story")
    func unknown() {
        #expect(Scenario.named("the-one-that-got-away") == nil)
    }
}
