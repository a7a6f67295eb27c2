// SPDX-License-Identifier: Apache-2.0

import Scenarios
import Testing

// A picture that a browser refuses is worse than none: the tags must nest, and the text must be
// free of what would be markup.

/// Reads just enough XML to see that tags nest: what is wrong with it, or nil.
func objection(to xml: String) -> String? {
    var open: [String] = []
    var rest = xml[...]
    guard rest.hasPrefix("<?xml ") else { return "no declaration" }
    while let start = rest.firstIndex(of: "<") {
        let text = rest[..<start]
        if text.contains(">") { return "a bare > in \(text)" }
        if let bad = text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().first(
            where: { part in !["amp;", "lt;", "gt;", "quot;"].contains { part.hasPrefix($0) } }
        ) {
            return "a bare & before \(bad)"
        }
        guard let end = rest[start...].firstIndex(of: ">") else { return "a tag that never ends" }
        let tag = rest[rest.index(after: start)..<end]
        rest = rest[rest.index(after: end)...]
        if tag.hasPrefix("?") { continue }
        if tag.count(where: { $0 == "\"" }) % 2 == 1 { return "an odd quote in <\(tag)>" }
        if tag.hasPrefix("/") {
            guard let last = open.popLast(), last == tag.dropFirst() else {
                return "</\(tag)> closes nothing"
            }
        } else if !tag.hasSuffix("/") {
            open.append(String(tag.prefix { $0 != " " }))
        }
    }
    return open.last.map { "<\($0)> is never closed" }
}

@Suite("The pictures of the stories")
struct SVGTests {
    @Test("a picture is well-formed, sized, and shows every claim", arguments: ScenarioTests.names)
    func wellFormed(name: String) throws {
        let performance = try #require(Scenario.named(name)).perform()
        let svg = performance.svg
        #expect(objection(to: svg) == nil)
        #expect(svg.contains("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\""))
        #expect(svg.contains("<title>\(name)</title>"))
        #expect(!svg.contains("nan") && !svg.contains("inf\""), "a number that is none")
        let marks = svg.components(of: ">✓<") + svg.components(of: ">✗<")
        #expect(marks == performance.acts.reduce(0) { $0 + $1.claims.count })
    }

    @Test(
        "the check itself finds what is wrong",
        arguments: [
            "<?xml ?><svg><g></svg>", "<?xml ?><svg>a & b</svg>", "<?xml ?><svg", "<svg/>",
            "<?xml ?><svg>", "<?xml ?><svg a=\"/>", "<?xml ?><svg>a > b</svg>",
        ]
    )
    func checkFinds(xml: String) {
        #expect(objection(to: xml) != nil)
    }
}

extension String {
    fileprivate func components(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
