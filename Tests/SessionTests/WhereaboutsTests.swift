// SPDX-License-Identifier: Apache-2.0

import Session
import Testing

@Suite("where members were heard from")
struct WhereaboutsTests {
    private var seen = Whereabouts<String, Int>()

    private typealias News = Whereabouts<String, Int>.News

    @Test("a place that is none of the member's addresses is news, once, and so is the way back")
    mutating func moved() {
        let known = [[2], [3, 4]]
        func news(_ place: Int, _ seen: inout Whereabouts<String, Int>) -> News? {
            seen.news(place, of: "db2", known: { known })
        }
        #expect(news(2, &seen) == nil && news(4, &seen) == nil)
        #expect(news(9, &seen) == .elsewhere)
        #expect(news(9, &seen) == nil, "it was said")
        #expect(news(8, &seen) == .elsewhere, "it has moved again")
        #expect(news(2, &seen) == .found)
        #expect(news(3, &seen) == nil, "it was said")
        #expect(news(9, &seen) == .elsewhere)
        seen.judgeAnew { _ in true }
        #expect(news(9, &seen) == .elsewhere)
    }

    @Test("that a member is at 9 holds no longer once the owner looks for it where it is")
    mutating func writtenDown() {
        let moved = seen.news(9, of: "db2", known: { [[2]] })
        seen.judgeAnew { _ in true }
        let back = seen.news(8, of: "db2", known: { [[2], [8]] })
        let again = seen.news(8, of: "db2", known: { [[2], [8]] })
        #expect(moved == .elsewhere && back == .found && again == nil)
    }

    @Test("of who is no member any more nothing is kept when all are judged anew")
    mutating func former() {
        _ = seen.news(9, of: "db2", known: { [[2]] })
        seen.judgeAnew { $0 != "db2" }
        let back = seen.news(2, of: "db2", known: { [[2]] })
        #expect(back == nil, "nothing was said of it that it could take back")
    }

    @Test("of who is no member, or whose name has not been found yet, nobody can say")
    mutating func unknown() {
        let stranger = seen.news(9, of: "db2", known: { nil })
        let unresolved = seen.news(9, of: "db3", known: { [[2], []] })
        let placeless = seen.news(9, of: "db1", known: { [] })
        let lookedUp = seen.news(8, of: "db1", known: { [[]] })
        #expect(stranger == nil && unresolved == nil)
        #expect(placeless == .elsewhere, "a member without an address has one now")
        #expect(lookedUp == .found, "it is not at 9, and whether 8 is elsewhere nobody can say")
    }

    @Test("of who is no member nothing is kept")
    mutating func stranger() {
        _ = seen.news(9, of: "db2", known: { nil })
        let asMember = seen.news(9, of: "db2", known: { [[2]] })
        #expect(asMember == .elsewhere)
    }
}
