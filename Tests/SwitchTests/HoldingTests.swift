// SPDX-License-Identifier: Apache-2.0

import Control
import Testing

@testable import electd_switch

@Suite("whether the target of the leader may be up")
struct HoldingTests {
    /// A lease of 900 ns that was written at 1,000 and ends at 1,900.
    private func page(_ answer: LeaseAnswer = .leader) -> LeaseFields {
        LeaseFields(
            answer: answer,
            bootID: [UInt8](repeating: 1, count: 16),
            epoch: 7,
            decree: 9,
            validUntil: 1_900,
            writtenAt: 1_000,
            leader: "db1",
            selfName: "db1",
            clusterID: [UInt8](repeating: 2, count: 16),
            timeNamespace: 3
        )
    }

    @Test("by default the last third of what the lease had left is for stopping")
    func third() throws {
        let holding = try #require(Holding(page(), guardTime: nil, now: 1_000))
        #expect(holding.stopAt == 1_600)
        #expect(holding.epoch == 7)
        #expect(Holding(page(), guardTime: nil, now: 1_599) != nil)
        #expect(Holding(page(), guardTime: nil, now: 1_600) == nil)
    }

    @Test("a guard that was configured counts instead")
    func configured() throws {
        #expect(try #require(Holding(page(), guardTime: 100, now: 1_000)).stopAt == 1_800)
        #expect(try #require(Holding(page(), guardTime: 0, now: 1_899)).stopAt == 1_900)
        #expect(Holding(page(), guardTime: 0, now: 1_900) == nil)
    }

    @Test("a guard that is longer than the lease never lets the target up")
    func tooLong() {
        #expect(Holding(page(), guardTime: 900, now: 1_000) == nil)
        #expect(Holding(page(), guardTime: .max, now: 0) == nil)
    }

    @Test("only a leader holds it", arguments: [LeaseAnswer.unsure, .follower, .closed])
    func others(_ answer: LeaseAnswer) {
        #expect(Holding(page(answer), guardTime: nil, now: 1_000) == nil)
    }

    @Test("a page that was written after its own end, which no daemon does, is no lease")
    func backwards() {
        var page = page()
        page.writtenAt = 5_000
        #expect(Holding(page, guardTime: nil, now: 2_000) == nil)
        #expect(Holding(page, guardTime: nil, now: 1_800)?.stopAt == 1_900)
    }
}
