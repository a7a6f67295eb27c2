// SPDX-License-Identifier: Apache-2.0

import Election
import Testing

@testable import Daemon

@Suite("how a process that has failed comes to its end")
struct SlowEndTests {
    @Test(
        "it lasts for four seconds since it began, and one that has lasted longer ends at once",
        arguments: [(0, 4_000), (1_000, 3_000), (3_999, 1), (4_000, 0), (60_000, 0)]
    )
    func rest(lasted: Int64, milliseconds: Int64) {
        let began = Instant(nanoseconds: 7_000_000_000)
        let rest = SlowEnd.rest(since: began, at: began + .milliseconds(UInt64(lasted)))
        #expect(rest.nanoseconds == milliseconds * 1_000_000)
    }
}
