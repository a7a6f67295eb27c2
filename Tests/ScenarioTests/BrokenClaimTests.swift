// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Scenarios

// A story whose point no longer holds must say so in its text, in its picture and by its end.

@Suite("A claim that does not hold")
struct BrokenClaimTests {
    private func performance(holds: Bool) -> Performance {
        var stage = PaperNode.stage(["n1", "n2", "n3"], wishes: ["A", "B", "C"])
        stage.act("n1") { $0.stand() }
        stage.deliverAll()
        stage.claim("n1's value is chosen", stage.roles[0].chosen == "A")
        stage.claim("pigs <fly> & sing", holds)
        let act = stage.act()
        return Performance(scenario: "test", sentence: "A test.", source: "here", acts: [act])
    }

    @Test("is said in the text, beside those that hold")
    func text() {
        let text = performance(holds: false).text
        #expect(text.contains("holds:  n1's value is chosen\nBROKEN: pigs <fly> & sing\n"))
    }

    @Test("spoils the whole performance")
    func whole() {
        #expect(performance(holds: true).holds)
        #expect(!performance(holds: false).holds)
    }

    @Test("is crossed in the picture, and its words are escaped")
    func picture() {
        let svg = performance(holds: false).svg
        #expect(svg.contains(">✗<") && svg.contains("pigs &lt;fly&gt; &amp; sing"))
        #expect(objection(to: svg) == nil)
    }
}
