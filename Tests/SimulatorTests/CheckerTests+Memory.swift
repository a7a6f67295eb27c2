// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Storage
import Testing

@testable import Simulator

// Disks that fail, forget, or are there twice: whose word must not count any more.

extension CheckerTests {
    @Test("a start that finds less than was built on is seen, and a memory lost to no fault")
    mutating func memory() {
        world.hosts[0].stored = RecordID(9)
        var record = Record(node: world.hosts[0].node, origin: .join)
        record.id = RecordID(8)
        world.memoryIsKept(0, record)
        #expect(world.violation?.property == "memoryIsKept")
        var other = World(Plan(seed: 1, nodes: 3, profile: .calm))
        other.lostMemoryHasACause(0, .noWholeCopy)
        #expect(other.violation?.property == "lostMemoryHasACause")
    }

    @Test("a host that speaks although it knows that its disk has failed is seen")
    mutating func failedDisk() {
        start(0).hasHeardOfFailure = true
        world.checkSent(0, heartbeat(from: 0, to: 1))
        #expect(world.violation?.property == "failedHostsVoteNoMore")
    }

    @Test("a host that speaks although it was told that it is a copy is seen")
    mutating func toldHost() {
        start(0).isToldOff = true
        world.checkSent(0, heartbeat(from: 0, to: 1))
        #expect(world.violation?.property == "toldHostsVoteNoMore")
    }

    @Test("who has heard two copies and says nothing is seen")
    mutating func unnoticed() {
        _ = start(0)
        world.mustNotice = world.hosts[1].node
        world.copiesAreNoticed(0, Effects())
        #expect(world.violation?.property == "copiesAreNoticed")
    }

    @Test("who gives its word to a copy is seen")
    mutating func counted() {
        let process = start(0)
        var known = Acquaintance(node: world.hosts[1].node, run: 7, since: .zero)
        known.copiedUntil = .never
        process.met = [known]
        let promise = PromiseReply(
            promise: Promise(
                ballot: Ballot(round: 1, owner: world.hosts[1].node),
                slot: 1,
                accepted: nil
            ),
            writeNumber: 1
        )
        world.copiesAreNotCounted(
            0,
            Envelope(
                to: world.hosts[1].node,
                number: 1,
                message: Message(cluster: nil, slot: 0, body: .promise(promise))
            )
        )
        #expect(world.violation?.property == "copiesAreNotCounted")
    }

    private func heartbeat(from host: Int, to other: Int) -> Envelope {
        let body = Heartbeat(
            ballot: Ballot(round: 1, owner: world.hosts[host].node),
            slot: 0,
            sentAt: .zero,
            lease: .milliseconds(500),
            leaseLeft: .zero
        )
        return Envelope(
            to: world.hosts[other].node,
            number: 1,
            message: Message(cluster: nil, slot: 0, body: .heartbeat(body))
        )
    }
}
