// SPDX-License-Identifier: Apache-2.0

import Session
import Testing

@Suite("where members were heard from")
struct WhereaboutsTests {
    private var seen = Whereabouts<String, Int>()

    @Test("a place that is none of the member's addresses is news, once")
    mutating func moved() {
        let known = [[2], [3, 4]]
        func isNews(_ place: Int, _ seen: inout Whereabouts<String, Int>) -> Bool {
            seen.isNews(place, of: "db2", known: { known })
        }
        #expect(!isNews(2, &seen) && !isNews(4, &seen))
        #expect(isNews(9, &seen))
        #expect(!isNews(9, &seen), "it was said")
        #expect(!isNews(2, &seen))
        #expect(isNews(9, &seen), "it has moved again")
        seen.clear()
        #expect(isNews(9, &seen))
    }

    @Test("of who is no member, or whose name has not been found yet, nobody can say")
    mutating func unknown() {
        let stranger = seen.isNews(9, of: "db2", known: { nil })
        let unresolved = seen.isNews(9, of: "db3", known: { [[2], []] })
        let placeless = seen.isNews(9, of: "db1", known: { [] })
        #expect(!stranger && !unresolved)
        #expect(placeless, "a member without an address has one now")
    }

    @Test("of who is no member nothing is kept")
    mutating func stranger() {
        _ = seen.isNews(9, of: "db2", known: { nil })
        let asMember = seen.isNews(9, of: "db2", known: { [[2]] })
        #expect(asMember)
    }
}
