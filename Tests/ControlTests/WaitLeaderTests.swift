// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Control

/// When a wait ends. db2 leads with 500 ms left, and db1 is asked, unless a case says otherwise.
@Suite("Waiting for a leader")
struct WaitLeaderTests {
    private let now = Samples.answer.validUntil - 500_000_000

    private func answer(_ role: Role) -> LeaderReply {
        var answer = Samples.answer
        answer.role = role
        return answer
    }

    @Test(
        "each wish is met by the right answers and no other",
        arguments: [
            (WaitLeader.Wanted.anyone, Role.leader, true), (.anyone, .follower, true),
            (.anyone, .unsure, false), (.thisHost, .leader, true), (.thisHost, .follower, false),
            (.thisHost, .unsure, false), (.anotherHost, .leader, false),
            (.anotherHost, .follower, true), (.anotherHost, .unsure, false),
            (.host("db2"), .follower, true), (.host("db2"), .leader, true),
            (.host("db3"), .follower, false), (.host("db2"), .unsure, false),
        ]
    )
    func wishes(wanted: WaitLeader.Wanted, role: Role, isMet: Bool) {
        #expect(WaitLeader(wanted).isSatisfied(by: answer(role), now: now) == isMet)
    }

    @Test("an epoch must be greater, not as great")
    func epoch() {
        #expect(WaitLeader(afterEpoch: 417).isSatisfied(by: Samples.answer, now: now))
        #expect(!WaitLeader(afterEpoch: 418).isSatisfied(by: Samples.answer, now: now))
    }

    @Test("what has ended, or ends too soon, is no answer")
    func validity() {
        let wait = { WaitLeader(minimumValidityMilliseconds: $0) }
        #expect(wait(499).isSatisfied(by: Samples.answer, now: now))
        #expect(!wait(500).isSatisfied(by: Samples.answer, now: now))
        #expect(!wait(.max).isSatisfied(by: Samples.answer, now: now))
        #expect(!wait(0).isSatisfied(by: Samples.answer, now: Samples.answer.validUntil))
        #expect(!wait(0).isSatisfied(by: Samples.answer, now: .max))
    }
}
