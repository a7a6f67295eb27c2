// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

@testable import Simulator

// Two clusters where there was one: what a recovery must not do, nor who stayed behind.

extension CheckerTests {
    /// A recovery of the first host's cluster, seen by the world.
    private mutating func recover(epoch: UInt64) -> Decree {
        var state = decree(slot: 2, epoch: epoch, leader: 0).state
        state.cluster = nil
        let root = Decree(state, digest: MixDigest.self)
        world.chronicles.append(Chronicle(root: root, parent: 0))
        world.registers.append(FencedRegister())
        return root
    }

    @Test("a recovery whose epoch or name is not its own is seen")
    mutating func recovered() {
        let first = decree(slot: 1, epoch: 5, leader: 0)
        choose(first)
        var state = decree(slot: 2, epoch: 6, leader: 0).state
        state.cluster = nil
        world.recoveriesAreApart(Decree(state, digest: MixDigest.self), from: 0)
        #expect(world.violation == nil)
        state.epoch = 5
        world.recoveriesAreApart(Decree(state, digest: MixDigest.self), from: 0)
        #expect(world.violation?.property == "recoveriesAreApart")
        var other = World(Plan(seed: 1, nodes: 3, profile: .calm))
        state.cluster = first.cluster
        other.recoveriesAreApart(Decree(state, digest: MixDigest.self), from: 0)
        #expect(other.violation?.property == "recoveriesAreApart")
    }

    @Test("a cluster that was left and comes to the epochs of a recovery is seen")
    mutating func sharedTokens() {
        _ = recover(epoch: 9)
        world.hosts[1].page = page(.leader, epoch: 8, leader: 1)
        world.tokensAreNeverShared(1)
        #expect(world.violation == nil)
        world.hosts[1].page = page(.leader, epoch: 9, leader: 1)
        world.tokensAreNeverShared(1)
        #expect(world.violation?.property == "tokensAreNeverShared")
    }

    @Test("two clusters may have a leader each; one cluster still may not have two")
    mutating func twoLeaders() {
        let root = recover(epoch: 9)
        world.hosts[0].page = page(.leader, epoch: 9, leader: 0)
        world.hosts[0].page.decree = root
        world.hosts[1].page = page(.leader, epoch: 4, leader: 1)
        world.readersNeverBothHold()
        #expect(world.violation == nil)
        world.hosts[2].page = page(.leader, epoch: 5, leader: 2)
        world.readersNeverBothHold()
        #expect(world.violation?.property == "readersNeverBothHold")
    }

    @Test("who gives its word to a node of another cluster is seen")
    mutating func foreignWord() {
        _ = start(0)
        let root = recover(epoch: 9)
        world.hosts[0].record?.decided = root
        let foreign = Message(
            cluster: Digest([UInt8](repeating: 9, count: 16)),
            slot: 2,
            body: .canvass(Canvass())
        )
        #expect(world.isForeign(foreign, to: 0))
        #expect(
            !world.isForeign(Message(cluster: root.id, slot: 2, body: .canvass(Canvass())), to: 0)
        )
        #expect(!world.isForeign(Message(cluster: nil, slot: 0, body: .canvass(Canvass())), to: 0))
        world.mustRefuse = world.hosts[1].node
        let ack = Ack(
            ballot: Ballot(round: 1, owner: world.hosts[1].node),
            slot: 2,
            sentAt: .zero,
            lease: .milliseconds(500),
            durableSlot: 2,
            writeNumber: 1,
            alsoHears: []
        )
        var effects = Effects()
        effects.messages = [
            Envelope(
                to: world.hosts[1].node,
                number: 1,
                message: Message(cluster: root.id, slot: 2, body: .ack(ack))
            )
        ]
        world.otherClustersGetNoWord(0, effects)
        #expect(world.violation?.property == "otherClustersGetNoWord")
    }
}
