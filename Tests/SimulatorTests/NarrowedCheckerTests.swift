// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

@testable import Simulator

/// Properties that hold only under a condition: each is seen where it breaks, and is silent only
/// where the rule that its comment names lets it be.
@Suite struct NarrowedCheckerTests {
    private var world = World(Plan(seed: 1, nodes: 3, profile: .calm))

    @Test("a leader that changes though nothing was wrong is seen, whatever preempt-after says")
    mutating func unstable() {
        let first = world.decree(slot: 1, epoch: 1, leader: 0)
        world.choose(first)
        world.slotsAgreed = [1]
        world.leadershipIsStable()
        #expect(world.violation == nil)
        var state = world.decree(slot: 2, epoch: 2, leader: 1, after: first).state
        state.settings.preemptAfterMilliseconds = 1000
        var other = world
        state.members[1].priority = 200
        other.choose(Decree(state, digest: MixDigest.self))
        other.leadershipIsStable()
        #expect(other.violation == nil, "one whom the members prefer may take over")
        state.members[1].priority = 100
        world.choose(Decree(state, digest: MixDigest.self))
        world.leadershipIsStable()
        #expect(world.violation?.property == "leadershipIsStable")
    }

    @Test("a removed host that stays is seen, once who came after can have heard it")
    mutating func removed() {
        let first = world.decree(slot: 1, epoch: 1, leader: 0)
        world.choose(first)
        world.choose(world.decree(slot: 2, epoch: 1, leader: 0, after: first, without: 2))
        var record = world.hosts[2].record
        record?.promised = Ballot(round: 1, owner: world.hosts[0].node)
        world.hosts[2].record = record
        for host in [0, 2] { _ = world.start(host) }
        world.removedHostsLeave()
        #expect(world.violation == nil, "one of two is no majority (R22)")
        _ = world.start(1)
        var other = world
        world.removedHostsLeave()
        #expect(world.violation?.property == "removedHostsLeave")
        record?.promised = .zero
        other.hosts[2].record = record
        other.removedHostsLeave()
        #expect(other.violation == nil, "who never knew that it was a member asks to be one")
        record?.decided = first
        other.hosts[2].record = record
        other.removedHostsLeave()
        #expect(other.violation?.property == "removedHostsLeave", "an observer, too")
    }

    @Test("a page that says more than a disk which has lost all is seen")
    mutating func lostDisk() {
        let process = world.start(0)
        let decree = world.decree(slot: 1, epoch: 1, leader: 0)
        world.choose(decree)
        _ = world.chronicle.published(world.hosts[0].node, slot: 1, epoch: 1)
        world.hosts[0].record = nil
        process.hasHeardOfFailure = true
        world.hosts[0].page.decree = decree
        world.publishedNeverExceedsDecided(0)
        #expect(world.violation == nil, "it takes back that it leads, and nothing else (R5)")
        let before = world
        world.hosts[0].page.standing = .follower
        world.publishedNeverExceedsDecided(0)
        #expect(world.violation?.property == "publishedNeverExceedsDecided")
        var other = before
        let second = other.decree(slot: 2, epoch: 1, leader: 0, after: decree)
        other.choose(second)
        other.hosts[0].page.decree = second
        other.publishedNeverExceedsDecided(0)
        #expect(other.violation?.property == "publishedNeverExceedsDecided", "never shown before")
        var deaf = before
        process.hasHeardOfFailure = false
        deaf.publishedNeverExceedsDecided(0)
        #expect(deaf.violation?.property == "publishedNeverExceedsDecided")
    }

    @Test("who has lost its disk may let go, and say nothing else")
    mutating func lastWord() {
        world.start(0).hasHeardOfFailure = true
        world.hosts[0].record = nil
        let ballot = Ballot(round: 1, owner: world.hosts[0].node)
        world.checkSent(0, envelope(.release(Release(ballot: ballot, successor: nil))))
        #expect(world.violation == nil)
        let id = RequestID(1)
        world.checkSent(0, envelope(.answer(AskAnswer(id: id, outcome: .noLeader))))
        #expect(world.violation == nil)
        var other = world
        other.checkSent(0, envelope(.answer(AskAnswer(id: id, outcome: .done(slot: 1)))))
        #expect(other.violation?.property == "durableThenSent")
        world.checkSent(0, envelope(.canvass(Canvass(list: nil))))
        #expect(world.violation?.property == "durableThenSent")
    }

    private func envelope(_ body: Message.Body) -> Envelope {
        Envelope(
            to: world.hosts[1].node,
            number: 1,
            message: Message(cluster: nil, slot: 0, body: body)
        )
    }

    // Copies.

    @Test("until a disk is copied or put back all is asked for, and then what R23 promises")
    func beyond() {
        let world = World(Plan(seed: 1, nodes: 3, profile: .clones))
        var (clone, rollback, before) = (world, world, world)
        for host in 0..<3 { _ = clone.start(host) }
        clone.clone(0)
        rollback.rollBack(0)
        #expect(!rollback.isBeyond, "an image is taken, and nothing has happened yet")
        rollback.rollBack(0)
        for var world in [clone, rollback] {
            #expect(world.isBeyond)
            world.violate("leasesNeverOverlap", "")
            #expect(world.violation == nil)
            world.violate("copiesAreNoticed", "")
            #expect(world.violation?.property == "copiesAreNoticed")
        }
        before.violate("leasesNeverOverlap", "")
        #expect(before.violation?.property == "leasesNeverOverlap")
    }

    @Test("a lease that rests on the word of a copy is seen")
    func leaseOfCopies() {
        var world = World(Plan(seed: 1, nodes: 3, profile: .clones))
        let process = world.start(0)
        world.hosts[0].page = world.page(.leader, epoch: 1, leader: 0)
        process.grants.set(.never, of: world.hosts[1].node)
        process.grants.set(.never, of: world.hosts[2].node)
        process.grants.set(.never, of: world.hosts[3].node)
        world.isBeyond = true
        world.copiesGiveNoLease(0)
        #expect(world.violation == nil)
        process.grants = Roll()
        world.copiesGiveNoLease(0)
        #expect(world.violation?.property == "copiesAreNotCounted")
    }

    @Test("a host that was told that it is a copy and goes on leading is seen")
    mutating func toldLeader() {
        world.start(0).isToldOff = true
        world.toldHostsLetGo(0)
        #expect(world.violation == nil)
        world.hosts[0].page = world.page(.leader, epoch: 1, leader: 0)
        world.toldHostsLetGo(0)
        #expect(world.violation?.property == "toldHostsVoteNoMore")
    }

    @Test("two copies that live and stay unnoticed are seen, if those who would notice are well")
    func unnoticed() {
        var world = World(Plan(seed: 1, nodes: 3, profile: .clones))
        let copy = world.plan.members
        let decree = world.decree(slot: 1, epoch: 1, leader: 0)
        for host in 0..<world.plan.members {
            _ = world.start(host)
            var record = world.hosts[host].record
            record?.decided = decree
            world.hosts[host].record = record
        }
        world.clone(0)
        #expect(world.hosts[copy].node == world.hosts[0].node)
        let other = world.start(copy)
        let before = world
        other.isToldOff = true
        world.livingCopiesAreFound()
        #expect(world.violation == nil, "it was told")
        other.isToldOff = false
        world.hosts[1].process = nil
        world.livingCopiesAreFound()
        #expect(world.violation == nil, "whom it asks is down")
        var whole = before
        whole.livingCopiesAreFound()
        #expect(whole.violation?.property == "livingCopiesAreFound")
    }
}
