// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import Paxos
import Testing

@testable import Daemon

@Suite("what the core knows, in the words of the socket")
struct StatusReportTests {
    private var report = StatusReport(
        name: "db1",
        clusterName: "configured",
        bootID: (0..<16).map { UInt8($0 * 16) },
        version: "0.1.0"
    )
    private let decree = Samples.decree(leader: Samples.db2)

    private func view(
        _ decree: Decree?,
        reachable: Int = 3,
        missing: [String] = []
    ) -> View {
        View(
            decree: decree,
            needed: decree == nil ? 0 : 2,
            reachable: reachable,
            members: decree.map { decree in
                decree.state.members.map { member in
                    View.Seen(
                        id: member.id,
                        isReachable: member.id != Samples.db3,
                        heardAt: member.id == Samples.db2 ? Samples.at(900) : nil,
                        roundTrip: nil
                    )
                }
            } ?? [],
            missing: missing,
            activity: "canvassing for slot 8"
        )
    }

    private func answer(_ standing: Standing, _ decree: Decree?) -> Answer {
        let end = standing == .unsure ? Instant.zero : Samples.at(1_500)
        return Answer(standing: standing, decree: decree, validUntil: end)
    }

    @Test("a follower names the leader, where it is, and what it says of itself")
    mutating func follower() {
        let status = report.status(
            answer(.follower, decree),
            view(decree),
            sequence: 5,
            at: Samples.at(1_000)
        )
        #expect(status.cluster == "test")
        #expect(status.clusterID == decree.cluster.description)
        #expect(status.answer.role == .follower)
        #expect(status.answer.leader == "db2")
        #expect(status.answer.leaderAddress == "10.0.0.2:7377")
        #expect(status.answer.leaderLabels["url"] == "postgres://db2")
        #expect(status.answer.epoch == 4)
        #expect(status.answer.decree == 7)
        #expect(status.answer.validUntil == 1_500_000_000)
        #expect(status.answer.bootID == "00102030-4050-6070-8090-a0b0c0d0e0f0")
        #expect(status.sequence == 5)
        #expect(status.cause == "expired")
        #expect(
            status.text
                == "db2 leads under epoch 4; decree 7: expired (the lease of the leader before ran out)"
        )
        #expect(status.members.map(\.leader) == [false, true, false])
        #expect(status.members.map(\.reachable) == [true, true, false])
        #expect(status.members.map(\.lastHeard) == [nil, 900_000_000, nil])
    }

    @Test("while unsure nobody is named, and the epoch does not go back")
    func unsure() {
        let leader = report.leader(answer(.unsure, decree))
        #expect(leader.role == .unsure)
        #expect(leader.leader == nil)
        #expect(leader.leaderAddress == nil)
        #expect(leader.leaderLabels == Labels())
        #expect(leader.epoch == 4)
        #expect(leader.validUntil == 0)
    }

    @Test("why it is unsure is said in a word and a sentence")
    mutating func reasons() {
        let founding = report.status(
            answer(.unsure, nil),
            view(nil, missing: ["db2", "db3"]),
            sequence: 0,
            at: .zero
        )
        #expect(founding.cause == "genesis")
        #expect(
            founding.text == """
                waiting for db2, db3, to found the cluster together; next: start electd there, with the \
                same list and the same key, or see 'electctl doctor'
                """
        )
        #expect(founding.cluster == "configured")
        #expect(founding.clusterID == "")

        let alone = report.status(
            answer(.unsure, decree),
            view(decree, reachable: 1),
            sequence: 0,
            at: .zero
        )
        #expect(alone.cause == "no_quorum")
        #expect(
            alone.text == """
                needed 2, reachable 1: db3 not heard since electd started here; next: start them, or \
                mend the network to them; if they are lost for good, see 'electctl recover --help'
                """
        )

        let electing = report.status(answer(.unsure, decree), view(decree), sequence: 0, at: .zero)
        #expect(electing.cause == "electing")
    }

    @Test("a pause is known by its end, and named where it is why nobody leads")
    mutating func pause() {
        var paused = view(decree, reachable: 1)
        paused.pauseLeft = .milliseconds(12_500)
        let follower = report.status(
            answer(.follower, decree),
            paused,
            sequence: 0,
            at: Samples.at(1_000)
        )
        #expect(follower.pausedUntil == 13_500_000_000)
        #expect(follower.cause == "expired")
        let unsure = report.status(answer(.unsure, decree), paused, sequence: 0, at: .zero)
        #expect(unsure.cause == "paused")
        #expect(
            unsure.text == """
                paused for another 12 s: only db2, which led last, may lead; next: start it, or wait
                """
        )
        paused.pauseLeft = nil
        let over = report.status(answer(.unsure, decree), paused, sequence: 0, at: .zero)
        #expect(over.pausedUntil == 0)
        #expect(over.cause == "no_quorum")
    }

    @Test("a renewal does not move the time since when the answer is what it is")
    mutating func since() {
        var renewed = answer(.follower, decree)
        let first = report.status(renewed, view(decree), sequence: 0, at: Samples.at(1_000))
        renewed.validUntil = Samples.at(2_000)
        let second = report.status(renewed, view(decree), sequence: 0, at: Samples.at(1_400))
        #expect(second.sinceBoottime == first.sinceBoottime)
        #expect(second.since == first.since)
        let third = report.status(
            answer(.unsure, decree),
            view(decree),
            sequence: 0,
            at: Samples.at(2_000)
        )
        #expect(third.sinceBoottime == 2_000_000_000)
    }
}
