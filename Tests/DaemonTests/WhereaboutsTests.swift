// SPDX-License-Identifier: Apache-2.0

import Linux
import Paxos
import Testing

@testable import Daemon

@Suite("where members were heard from")
struct WhereaboutsTests {
    private func place(_ last: UInt8) -> SocketAddress {
        SocketAddress(ipv4: (10, 0, 0, last), port: 7377)
    }

    @Test("a place that is none of the member's addresses is news, once")
    func moved() {
        var seen = Whereabouts()
        func isNews(_ last: UInt8, _ known: [[SocketAddress]]?) -> Bool {
            seen.isNews(place(last), of: Samples.db2, known: { known })
        }
        let known = [[place(2)], [place(3), place(4)]]
        #expect(!isNews(2, known) && !isNews(4, known))
        #expect(isNews(9, known))
        #expect(!isNews(9, known), "it was said")
        #expect(!isNews(2, known))
        #expect(isNews(9, known), "it has moved again")
        seen.clear()
        #expect(isNews(9, known))
    }

    @Test("of who is no member, or whose name has not been found yet, nobody can say")
    func unknown() {
        var seen = Whereabouts()
        let stranger = seen.isNews(place(9), of: Samples.db2, known: { nil })
        let unresolved = seen.isNews(place(9), of: Samples.db3, known: { [[place(2)], []] })
        let placeless = seen.isNews(place(9), of: Samples.db1, known: { [] })
        #expect(!stranger && !unresolved)
        #expect(placeless, "a member without an address has one now")
    }
}
