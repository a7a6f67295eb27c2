// SPDX-License-Identifier: Apache-2.0

import Paxos
import Testing

@testable import Election

/// A ballot's lease: from when it was asked for, for the length that was echoed (R14, R15).
@Suite struct ReignTests {
    private let quorum = Quorum(of: [Fixture.n1, Fixture.n2, Fixture.n3])

    @Test("B8: a lease is (1-rho)/(1+rho) of the grant, less a granule")
    func lifetime() {
        // 500 ms · 999000/1001000 = 499,000,999.0 ns, less 1 µs.
        #expect(
            Reign.lifetime(of: .milliseconds(500), driftPPM: 1000)
                == Span(nanoseconds: 499_000_999 - 1000)
        )
        // With exact clocks only the granule is lost.
        #expect(
            Reign.lifetime(of: .milliseconds(500), driftPPM: 0)
                == Span(nanoseconds: 500_000_000 - 1000)
        )
    }

    @Test(
        "B8: the lease of the slowest clock ends before the grant of the fastest",
        arguments: [UInt32(0), 1, 100, 1000, 10_000, 100_000],
        [Int64(20), 500, 60_000]
    )
    func tight(ppm: UInt32, lease: Int64) {
        let life = Reign.lifetime(of: .milliseconds(lease), driftPPM: ppm).nanoseconds
        let rho = Double(ppm) / 1e6
        // In true time: the leader's clock runs slow, the voter's fast.
        let leaderEnds = Double(life) / (1 - rho)
        let voterEnds = Double(lease * 1_000_000) / (1 + rho)
        #expect(leaderEnds < voterEnds)
        // And no more than the granule and a rounding are given away.
        #expect(voterEnds - leaderEnds < 1000 / (1 - rho) + 3)
    }

    @Test("the lease lasts as long as a majority's grants, and no longer")
    func majority() {
        var reign = Reign(ballot: Ballot(round: 1, owner: Fixture.n1), since: .zero)
        #expect(reign.heldUntil(by: quorum) == nil)
        reign.count(Fixture.n1, until: .zero + .milliseconds(30))
        #expect(reign.heldUntil(by: quorum) == nil)
        reign.count(Fixture.n3, until: .zero + .milliseconds(10))
        #expect(reign.heldUntil(by: quorum) == .zero + .milliseconds(10))
        reign.count(Fixture.n2, until: .zero + .milliseconds(20))
        #expect(reign.heldUntil(by: quorum) == .zero + .milliseconds(20))
        // An older ack that comes late changes nothing; one voter counts once.
        reign.count(Fixture.n2, until: .zero + .milliseconds(5))
        #expect(reign.heldUntil(by: quorum) == .zero + .milliseconds(20))
    }

    @Test("who was bound to another and has promised now is bound no more")
    func promised() {
        var reign = Reign(ballot: Ballot(round: 1, owner: Fixture.n1), since: .zero)
        for voter in [Fixture.n2, Fixture.n3, Fixture.n2] { reign.noteRefusal(of: voter) }
        #expect(reign.refusedBy == [Fixture.n2, Fixture.n3])
        reign.notePromise(of: Fixture.n2)
        #expect(reign.refusedBy == [Fixture.n3])
    }

    @Test("R14: grants are no lease before Phase 1 is complete, nor while a value is pending")
    func unprepared() {
        let decree = Fixture.decree(5)
        var reign = Reign(ballot: Ballot(round: 7, owner: Fixture.n1), since: .zero)
        for voter in quorum.voters { reign.count(voter, until: .zero + .milliseconds(9)) }
        #expect(reign.leaseEnd(by: decree) == nil)
        let foreign = Proposal(
            ballot: Ballot(round: 6, owner: Fixture.n3),
            value: Fixture.decree(6, after: decree, leader: Fixture.n3)
        )
        reign.proposer.receive(
            Promise(ballot: reign.ballot, slot: 6, accepted: nil),
            from: Fixture.n1
        )
        reign.proposer.receive(
            Promise(ballot: reign.ballot, slot: 6, accepted: foreign),
            from: Fixture.n3
        )
        #expect(reign.leaseEnd(by: decree) == nil)
        reign.proposer.receive(
            Promise(ballot: reign.ballot, slot: 6, accepted: nil),
            from: Fixture.n2
        )
        #expect(reign.leaseEnd(by: decree) == .zero + .milliseconds(9))
    }
}
