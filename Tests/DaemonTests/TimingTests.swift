// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import Paxos
import Testing

@testable import Daemon

@Suite("what was measured, and what follows from it")
struct TimingTests {
    private func measured(_ milliseconds: Int64...) -> Measurements {
        var measured = Measurements()
        for one in milliseconds { measured.note(.milliseconds(one)) }
        return measured
    }

    @Test("the median and the largest of the last 256 are told")
    func window() {
        #expect(Measurements().reply("sync").worst == nil)
        #expect(Measurements().worst == .zero)
        let reply = measured(3, 1, 9).reply("sync")
        #expect(reply == Measured(name: "sync", count: 3, typical: 3_000_000, worst: 9_000_000))
        var many = measured(1000)
        for _ in 0..<Measurements.count - 1 { many.note(.milliseconds(1)) }
        #expect(many.worst == .milliseconds(1000))
        many.note(.milliseconds(2))
        #expect(many.worst == .milliseconds(2), "what is long past is forgotten")
    }

    private func view(trips: [Int64?]) -> View {
        let decree = Samples.decree()
        return View(
            decree: decree,
            needed: 2,
            reachable: 3,
            members: zip(decree.state.members, trips).map { member, trip in
                View.Seen(
                    id: member.id,
                    isReachable: true,
                    heardAt: nil,
                    roundTrip: trip.map { .milliseconds($0) }
                )
            },
            missing: [],
            activity: "leading"
        )
    }

    private func bounds(_ report: TimingReport) -> [String: UInt64] {
        Dictionary(
            uniqueKeysWithValues: report.reply.bounds.map { ($0.name, $0.time / 1_000_000) }
        )
    }

    @Test("the formula of promise 4, with three hosts, 2 ms of trip, 4 ms of sync, 1 ms late")
    func formula() {
        let report = TimingReport(
            view(trips: [nil, 2, 1]),
            syncs: measured(4, 1),
            lateness: measured(1),
            longestGrant: .milliseconds(800)
        )
        // 3 · 2 + 4 · 4 + one stagger of 2 · 2 + 4 · 4 + 2 · 1
        let election: UInt64 = 6 + 16 + 20 + 2
        #expect(
            bounds(report) == [
                "failover": 500 + election, "restart": 800 + election,
                "healing": 1500 + 1000 + election, "transfer": 6 + 16 + 2,
            ]
        )
        #expect(report.reply.lease == 500 && report.reply.heartbeat == 100)
        #expect(report.reply.measured.map(\.name) == ["round_trip", "sync", "lateness"])
        #expect(report.reply.measured.map(\.count) == [2, 2, 1])
    }

    @Test("a sync that hung counts for itself, and a stagger is no longer than half a lease")
    func hung() {
        let report = TimingReport(
            view(trips: [nil, 2, 1]),
            syncs: measured(4, 300),
            lateness: measured(1),
            longestGrant: .zero
        )
        #expect(bounds(report)["failover"] == 500 + 6 + 1200 + 250 + 2)
    }

    @Test("where no trip was measured the 10 ms are put in that are waited before any sample")
    func unmeasured() {
        let report = TimingReport(
            view(trips: [nil, nil, nil]),
            syncs: Measurements(),
            lateness: Measurements(),
            longestGrant: .zero
        )
        #expect(bounds(report)["transfer"] == 30)
        #expect(bounds(report)["failover"] == 500 + 30 + 20)
        #expect(report.reply.measured[0].worst == nil)
    }
}
