// SPDX-License-Identifier: Apache-2.0

import Explorer
import Testing

/// A jug of three litres and one of five, and a tap.
private struct Jugs: SmallWorld {
    var three = 0
    var five = 0
    /// How much is wanted in the larger one.
    let wanted: Int

    var fingerprint: UInt64 { UInt64(three * 10 + five + 1) }

    var violation: Violation? { five == wanted ? Violation("wanted", "\(five) litres") : nil }

    private var steps: [(String, Jugs)] {
        func after(_ three: Int, _ five: Int) -> Jugs {
            Jugs(three: three, five: five, wanted: wanted)
        }
        let toFive = min(three, 5 - five)
        let toThree = min(five, 3 - three)
        return [
            ("fill the three", after(3, five)), ("fill the five", after(three, 5)),
            ("empty the three", after(0, five)), ("empty the five", after(three, 0)),
            ("pour into the five", after(three - toFive, five + toFive)),
            ("pour into the three", after(three + toThree, five - toThree)),
        ]
    }

    func forEachStep(_ visit: (Jugs) -> Void) {
        for (_, world) in steps { visit(world) }
    }

    func story(ofStep number: Int) -> [String] { [steps[number].0] }
}

@Suite("a search")
struct SearchTests {
    @Test("tells the shortest story")
    func shortest() {
        let findings = Search(from: Jugs(wanted: 4)).run(depth: nil)
        #expect(findings.violation == Violation("wanted", "4 litres"))
        #expect(
            findings.story == [
                "  1  fill the five", "  2  pour into the three", "  3  empty the three",
                "  4  pour into the three", "  5  fill the five", "  6  pour into the three",
            ]
        )
    }

    @Test("ends when there are no more states")
    func complete() {
        let findings = Search(from: Jugs(wanted: 6)).run(depth: nil)
        #expect(findings.states == 16)
        guard case .complete = findings.outcome else {
            Issue.record("\(findings.outcome)")
            return
        }
    }

    @Test("says so when it stopped before")
    func bounded() {
        let findings = Search(from: Jugs(wanted: 4)).run(depth: 3)
        #expect(findings.depth == 3)
        guard case .bounded = findings.outcome else {
            Issue.record("\(findings.outcome)")
            return
        }
    }
}
