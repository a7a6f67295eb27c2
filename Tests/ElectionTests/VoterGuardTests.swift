// SPDX-License-Identifier: Apache-2.0

import Paxos
import Testing

@testable import Election

/// The voter's guard: whom it serves, and for how long it does not (R7, R8, R18).
@Suite struct VoterGuardTests {
    private let n1 = Fixture.n1
    private let n2 = Fixture.n2
    private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
    private func ballot(_ round: UInt64, _ owner: NodeID) -> Ballot {
        Ballot(round: round, owner: owner)
    }

    @Test("after a start only the owner of the promise is served until the longest lease is over")
    func holdOff() {
        var doorman = VoterGuard()
        doorman.start(at: at(100), maxLease: .milliseconds(500))
        let promised = ballot(1, n1)
        #expect(doorman.wait(of: n1, promised: promised, at: at(100)) == .zero)
        #expect(doorman.wait(of: n2, promised: promised, at: at(100)) == .milliseconds(500))
        #expect(doorman.wait(of: n2, promised: promised, at: at(599)) == .milliseconds(1))
        #expect(doorman.wait(of: n2, promised: promised, at: at(600)) == .zero)
    }

    @Test("who never granted has nothing to wait for")
    func noHoldOff() {
        var doorman = VoterGuard()
        doorman.start(at: at(100), maxLease: .zero)
        #expect(doorman.wait(of: n2, promised: ballot(1, n1), at: at(100)) == .zero)
    }

    @Test("a grant binds to its owner until it runs out")
    func grant() {
        var doorman = VoterGuard()
        doorman.start(at: at(0), maxLease: .milliseconds(300))
        doorman.grant(to: n1, until: at(500))
        #expect(doorman.wait(of: n1, promised: ballot(1, n1), at: at(10)) == .zero)
        #expect(doorman.wait(of: n2, promised: ballot(1, n1), at: at(499)) == .milliseconds(1))
        #expect(doorman.wait(of: n2, promised: ballot(1, n1), at: at(500)) == .zero)
    }

    @Test("a grant ends no hold-off: what was forgotten may have been longer")
    func shorterThanForgotten() {
        var doorman = VoterGuard()
        doorman.start(at: at(0), maxLease: .milliseconds(9000))
        let promised = ballot(1, n1)
        doorman.grant(to: n1, until: at(500))
        #expect(doorman.wait(of: n1, promised: promised, at: at(10)) == .zero)
        #expect(doorman.wait(of: n2, promised: promised, at: at(500)) == .milliseconds(8500))
        #expect(doorman.waitOfProposer(n2, promised: promised, at: at(8999)) == .milliseconds(1))
        #expect(!doorman.isAtPeace(at: at(8999)))
        #expect(doorman.wait(of: n2, promised: promised, at: at(9000)) == .zero)
        #expect(doorman.isAtPeace(at: at(9000)))
    }

    @Test("a release ends the hold-off as well: the owner has let go of what was forgotten")
    func releaseAfterStart() {
        var doorman = VoterGuard()
        doorman.start(at: at(0), maxLease: .milliseconds(9000))
        doorman.grant(to: n1, until: at(500))
        doorman.release(ballot(1, n1), promised: ballot(1, n1))
        #expect(doorman.wait(of: n2, promised: ballot(1, n1), at: at(10)) == .zero)
    }

    @Test("an older grant does not shorten a newer one")
    func longest() {
        var doorman = VoterGuard()
        doorman.grant(to: n1, until: at(500))
        doorman.grant(to: n1, until: at(400))
        #expect(doorman.grantUntil == at(500))
    }

    @Test("a release by the promised owner frees at once, and its ballot grants nothing any more")
    func release() {
        var doorman = VoterGuard()
        doorman.grant(to: n1, until: at(500))
        doorman.release(ballot(3, n1), promised: ballot(3, n1))
        #expect(doorman.wait(of: n2, promised: ballot(3, n1), at: at(1)) == .zero)
        #expect(doorman.isReleased(ballot(3, n1)))
        #expect(doorman.isReleased(ballot(2, n1)))
        #expect(!doorman.isReleased(ballot(4, n1)))
        #expect(!doorman.isReleased(ballot(2, n2)))
    }

    @Test("a release that is older than the promise, or of another, frees nobody")
    func staleRelease() {
        var doorman = VoterGuard()
        doorman.grant(to: n1, until: at(500))
        doorman.release(ballot(2, n1), promised: ballot(3, n1))
        doorman.release(ballot(9, n2), promised: ballot(3, n1))
        #expect(doorman.wait(of: n2, promised: ballot(3, n1), at: at(1)) == .milliseconds(499))
    }

    @Test("courtesy turns away proposers, never the one it is for, and no heartbeat")
    func courtesy() {
        var doorman = VoterGuard()
        doorman.favour(n1, until: at(20))
        let promised = ballot(1, n1)
        #expect(doorman.waitOfProposer(n1, promised: promised, at: at(0)) == .zero)
        #expect(doorman.waitOfProposer(n2, promised: promised, at: at(0)) == .milliseconds(20))
        #expect(doorman.wait(of: n2, promised: promised, at: at(0)) == .zero)
    }
}
