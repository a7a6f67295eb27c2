// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Storage
import Testing

@testable import Simulator

/// A checker that never fails proves nothing: here each one is shown what it must not let pass.
@Suite struct CheckerTests {
    var world = World(Plan(seed: 1, nodes: 3, profile: .calm))

    /// All hosts of the world have accepted it.
    mutating func choose(_ decree: Decree) {
        world.chronicle.note(decree)
        let ballot = Ballot(round: 1, owner: world.hosts[0].node)
        for host in world.hosts {
            #expect(world.chronicle.accepted(host.node, ballot, decree.slot, decree.id) == nil)
        }
    }

    func decree(slot: Slot, epoch: UInt64, leader: Int, version: UInt8 = 1) -> Decree {
        var state = world.decree(slot: slot, epoch: epoch, leader: leader).state
        state.settings.protocolVersion = version
        return Decree(state, digest: MixDigest.self)
    }

    func page(_ standing: Standing, epoch: UInt64, leader: Int) -> Page {
        world.page(standing, epoch: epoch, leader: leader)
    }

    mutating func start(_ host: Int) -> Process { world.start(host) }

    @Test("two readers who both hold a lease are seen")
    mutating func twoReaders() {
        world.hosts[0].page = page(.leader, epoch: 1, leader: 0)
        world.readersNeverBothHold()
        #expect(world.violation == nil)
        world.hosts[2].page = page(.leader, epoch: 2, leader: 2)
        world.readersNeverBothHold()
        #expect(world.violation?.property == "readersNeverBothHold")
    }

    @Test("a host that names the leader of an earlier epoch is seen, a wiped disk or not")
    mutating func epochBack() {
        world.hosts[0].page = page(.follower, epoch: 5, leader: 1)
        world.epochsNeverGoBackOnAHost(0)
        _ = world.takeNewIdentity(0)
        world.hosts[0].page = page(.follower, epoch: 4, leader: 2)
        world.epochsNeverGoBackOnAHost(0)
        #expect(world.violation?.property == "epochsNeverGoBackOnAHost")
    }

    @Test("a lease by the grants of no majority of voters is seen")
    mutating func grantsOfObservers() {
        let process = start(0)
        world.hosts[0].page = page(.leader, epoch: 1, leader: 0)
        process.grants.set(.never, of: world.hosts[1].node)
        world.observersNeverCount(0)
        #expect(world.violation == nil)
        process.grants = Roll()
        process.grants.set(.never, of: NodeID(name: "observer", key: world.hosts[1].node.key))
        world.observersNeverCount(0)
        #expect(world.violation?.property == "observersNeverCount")
    }

    @Test("a slot whose predecessor is not chosen is seen, and a vote of who is no voter")
    func slots() {
        var chronicle = Chronicle()
        let (first, third) = (
            decree(slot: 1, epoch: 1, leader: 0), decree(slot: 3, epoch: 1, leader: 0)
        )
        for decree in [first, third] { chronicle.note(decree) }
        let ballot = Ballot(round: 1, owner: world.hosts[0].node)
        let wrong = chronicle.accepted(world.hosts[0].node, ballot, 3, third.id)
        #expect(wrong?.property == "slotsInOrder")
        let stranger = NodeID(name: "n9", key: world.hosts[0].node.key)
        let vote = chronicle.accepted(stranger, ballot, 1, first.id)
        #expect(vote?.property == "observersNeverCount")
    }

    @Test("a register that does not fence takes a stale write, and that is seen")
    mutating func fencing() {
        let late = Errand(host: 0, incarnation: 0, epoch: 3)
        let next = Errand(host: 1, incarnation: 0, epoch: 4)
        // The leader of epoch 3 stood still while its successor wrote.
        for errand in [next, late] { world.arrive(errand) }
        #expect(world.violation == nil, "the register refuses it")
        world.registers[0].fences = false
        world.arrive(late)
        #expect(world.violation?.property == "fencedResourceTakesNoStaleWrite")
    }

    @Test("two writers in one epoch are seen")
    mutating func twoWriters() {
        world.arrive(Errand(host: 0, incarnation: 0, epoch: 3))
        world.arrive(Errand(host: 1, incarnation: 0, epoch: 3))
        #expect(world.violation?.property == "fencedResourceTakesNoStaleWrite")
    }

    @Test("a leader whose write is refused is seen")
    mutating func refusedLeader() {
        world.hosts[0].page = page(.leader, epoch: 3, leader: 0)
        world.arrive(Errand(host: 1, incarnation: 0, epoch: 4))
        world.arrive(Errand(host: 0, incarnation: 0, epoch: 3))
        #expect(world.violation?.property == "leadersAreNotRefused")
    }

    @Test("a page that changes without a word to the watchers is seen")
    mutating func watching() {
        let process = start(0)
        world.watchHasNoGap(0)
        #expect(world.violation == nil)
        world.hosts[0].page = page(.follower, epoch: 1, leader: 1)
        process.held = [Held(after: RecordID(9), act: .tell(.unsure))]
        world.watchHasNoGap(0)
        #expect(world.violation == nil, "what waits for the disk is no gap yet")
        process.held = []
        world.watchHasNoGap(0)
        #expect(world.violation?.property == "watchHasNoGap")
    }

    @Test(
        "a chatty cluster is seen",
        arguments: [Traffic(messages: 10_000, bytes: 1), Traffic(messages: 1, bytes: 1 << 20)]
    )
    mutating func idle(traffic: Traffic) {
        world.chronicle.note(decree(slot: 1, epoch: 1, leader: 0))
        let ballot = Ballot(round: 1, owner: world.hosts[0].node)
        for host in world.hosts {
            let id = decree(slot: 1, epoch: 1, leader: 0).id
            #expect(world.chronicle.accepted(host.node, ballot, 1, id) == nil)
        }
        world.idleIsCheap(for: world.plan.lease * 4)
        #expect(world.violation == nil)
        world.hosts[2].idle = traffic
        world.idleIsCheap(for: world.plan.lease * 4)
        #expect(world.violation?.property == "idleIsCheap")
    }

    @Test("a member that has moved, and is written down where it was, is seen")
    mutating func lost() {
        world = World(Plan(seed: 1, nodes: 3, profile: .storm))
        choose(decree(slot: 1, epoch: 1, leader: 0))
        for host in 0..<3 { _ = start(host) }
        var other = world
        world.hosts[0].move = 1
        world.movedHostsAreWrittenDown()
        #expect(world.violation?.property == "movedHostsAreWrittenDown", "the leader, too")
        other.hosts[1].move = 2
        other.movedHostsAreWrittenDown()
        #expect(other.violation?.property == "movedHostsAreWrittenDown")
        var alone = World(Plan(seed: 1, nodes: 1, profile: .storm))
        alone.choose(alone.decree(slot: 1, epoch: 1, leader: 0))
        _ = alone.start(0)
        alone.hosts[0].move = 1
        alone.movedHostsAreWrittenDown()
        #expect(alone.violation == nil, "who is alone has nobody to tell it")
    }

    @Test("a voter that does not speak the version of the decree is seen")
    mutating func versions() {
        // A release that is too old for it, and one that is too new.
        for odd: ClosedRange<UInt8> in [1...1, 3...3] {
            world = World(Plan(seed: 1, nodes: 3, profile: .storm))
            choose(decree(slot: 1, epoch: 1, leader: 0, version: 2))
            for host in world.hosts.indices { world.hosts[host].versions = 2...3 }
            world.votersSpeakTheVersion()
            #expect(world.violation == nil)
            world.hosts[1].versions = odd
            world.votersSpeakTheVersion()
            #expect(world.violation?.property == "votersSpeakTheVersion")
        }
    }
}
