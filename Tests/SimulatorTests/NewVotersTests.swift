// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

@testable import Simulator

/// `newVotersAnswer`: who makes a decree with other voters has just heard a majority of them.
@Suite struct NewVotersTests {
    private var world = World(Plan(seed: 1, nodes: 3, profile: .calm))
    private let first: Decree

    init() {
        first = world.decree(slot: 1, epoch: 1, leader: 0)
        world.choose(first)
        _ = world.start(0)
        world.now = world.plan.lease * 10
    }

    private var heartbeat: Span { world.plan.settings.heartbeat }

    /// Somebody has said that it holds a slot, that long ago.
    private func report(_ host: Int, slot: Slot, ago: Span) {
        let at = Instant(nanoseconds: world.local(0).nanoseconds - ago.nanoseconds)
        let report = Report(slot: slot, at: at)
        world.hosts[0].process?.reports.set(report, of: world.hosts[host].node)
    }

    /// The first host proposes that the third is no member any more.
    private func proposal(_ value: Decree) -> Effects {
        var record = Record(node: world.hosts[0].node, origin: .join)
        record.decided = first
        let ballot = Ballot(round: 1, owner: world.hosts[0].node)
        record.accepted = Proposal(ballot: ballot, value: value)
        var effects = Effects()
        effects.records = [record]
        return effects
    }

    private var smaller: Decree {
        world.decree(slot: 2, epoch: 1, leader: 0, after: first, without: 2)
    }

    @Test("one of two new voters that answers is no majority, two are")
    mutating func answered() {
        report(1, slot: 1, ago: heartbeat * 2)
        world.newVotersAnswer(0, proposal(smaller))
        #expect(world.violation == nil)
        world.hosts[0].process?.made = nil
        report(1, slot: 1, ago: heartbeat * 3)
        world.newVotersAnswer(0, proposal(smaller))
        #expect(world.violation?.property == "newVotersAnswer", "that was long ago")
    }

    @Test("a voter that lags does not count, nor one that was never heard")
    mutating func lagging() {
        var other = world
        other.newVotersAnswer(0, proposal(smaller))
        #expect(other.violation?.property == "newVotersAnswer")
        world.hosts[0].process?.made = nil
        report(1, slot: 0, ago: .zero)
        world.newVotersAnswer(0, proposal(smaller))
        #expect(world.violation?.property == "newVotersAnswer")
    }

    @Test(
        "who changes nothing of the voters, and who recovers a value, need not have heard anybody"
    )
    mutating func silent() {
        world.newVotersAnswer(
            0,
            proposal(world.decree(slot: 2, epoch: 1, leader: 0, after: first))
        )
        #expect(world.violation == nil)
        world.chronicle.note(smaller)
        world.newVotersAnswer(0, proposal(smaller))
        #expect(world.violation == nil, "another has proposed it (R13)")
    }
}
