// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// Each message at each host: what the rule's sentence says must come of it. The expectations are
/// written from PROTOCOL.md, not from the code.
@Suite struct MessageTableTests {
    @Test("R9: a promise needs the open slot, a voter, and no higher promise", arguments: Cell.all)
    func prepare(cell: Cell) {
        var fixture = Fixture(role: cell.role, held: cell.held)
        let slot = cell.slot.slot(6)
        let request = PrepareRequest(prepare: Prepare(ballot: cell.ballot.ballot, slot: slot))
        let effects = fixture.receive(.prepare(request), showing: slot - 1)
        let accepted: Ballot? =
            switch cell.held {
            case .none: nil
            case .own: Ballot(round: 4, owner: Fixture.n1)
            case .other: Ballot(round: 4, owner: Fixture.n3)
            }
        let expected: Said =
            switch (cell.slot, cell.role, cell.ballot) {
            // "higher: answer Decided; lower: pull first"
            case (.lower, _, _): .decided
            case (.higher, _, _): .refuse(.behind)
            // "it is a voter of decided"
            case (.same, .observer, _): .nothing
            // "promised <= b"; otherwise Refuse
            case (.same, _, .lower): .refuse(.promised)
            // "promised := b, sync, Promise(b, s, accepted)": the same ballot is on disk already
            case (.same, _, .same): .promise(after: false, accepted: accepted)
            case (.same, _, .higher): .promise(after: true, accepted: accepted)
            }
        #expect(Said(effects) == expected)
        // Nothing is written that is not promised.
        let isPromise = cell.slot == .same && cell.ballot == .higher && cell.role.votes
        #expect(effects.records.map(\.promised) == (isPromise ? [cell.ballot.ballot] : []))
    }

    @Test("R11: an acceptance likewise, and it grants a lease", arguments: Cell.all)
    func accept(cell: Cell) {
        var fixture = Fixture(role: cell.role, held: cell.held)
        let slot = cell.slot.slot(6)
        let value = Fixture.decree(slot, after: fixture.decided)
        let request = AcceptRequest(
            accept: Accept(ballot: cell.ballot.ballot, slot: slot, value: value),
            sentAt: Instant(nanoseconds: 1),
            lease: Fixture.lease
        )
        let effects = fixture.receive(.accept(request), showing: slot - 1)
        let expected: Said =
            switch (cell.slot, cell.role, cell.ballot) {
            case (.lower, _, _): .decided
            case (.higher, _, _): .refuse(.behind)
            case (.same, .observer, _): .nothing
            case (.same, _, .lower): .refuse(.promised)
            // "promised := b, accepted := (b, v), sync, Accepted to the owner of b only"
            case (.same, _, _): .accepted(after: true)
            }
        #expect(Said(effects) == expected)
        #expect(Said(effects, to: Fixture.n3) == .nothing)
        guard expected == .accepted(after: true) else { return #expect(effects.records.isEmpty) }
        let proposal = Proposal(ballot: cell.ballot.ballot, value: value)
        #expect(effects.records.map(\.accepted) == [proposal])
        // "Counts as a heartbeat of slot v.slot-1": another is bound now.
        let other = Prepare(ballot: Ballot(round: 9, owner: Fixture.n3), slot: 6)
        let late = fixture.receive(.prepare(PrepareRequest(prepare: other)), from: Fixture.n3)
        #expect(Said(late, to: Fixture.n3) == .refuse(.bound))
    }

    @Test("R15: a grant needs the newest slot and no higher promise", arguments: Cell.all)
    func heartbeat(cell: Cell) {
        var fixture = Fixture(role: cell.role, held: cell.held)
        let slot = cell.slot.slot(5)
        let heartbeat = Heartbeat(
            ballot: cell.ballot.ballot,
            slot: slot,
            sentAt: Instant(nanoseconds: 1),
            lease: Fixture.lease,
            leaseLeft: .zero
        )
        let effects = fixture.receive(.heartbeat(heartbeat), showing: slot)
        let expected: Said =
            switch (cell.slot, cell.role, cell.ballot) {
            case (.lower, _, _): .decided
            case (.higher, _, _): .refuse(.behind)
            // "An observer answers too; it grants nothing and counts nowhere"
            case (.same, .observer, _): .ack(lease: .zero, after: false)
            // "b >= promised"
            case (.same, _, .lower): .refuse(.promised)
            // "If lease > max_lease: raise it, sync": this host has never granted before.
            case (.same, _, _): .ack(lease: Fixture.lease, after: true)
            }
        #expect(Said(effects) == expected)
        // What was accepted stays as it is.
        for record in effects.records { #expect((record.accepted == nil) == (cell.held == .none)) }
    }

    @Test("in the steady state a heartbeat writes nothing (R15)")
    func steady() {
        var fixture = Fixture(role: .voter)
        for round in 1...3 {
            let heartbeat = Heartbeat(
                ballot: Fixture.promised,
                slot: 5,
                sentAt: Instant(nanoseconds: Int64(round)),
                lease: Fixture.lease,
                leaseLeft: .zero
            )
            let effects = fixture.receive(.heartbeat(heartbeat))
            #expect(Said(effects) == .ack(lease: Fixture.lease, after: round == 1))
            #expect(effects.records.count == (round == 1 ? 1 : 0))
            for record in effects.records {
                _ = fixture.replica.step(.stored(record.id), at: Fixture.now)
            }
        }
    }

    @Test(
        "R18: a release frees the voter iff it is of the promised owner and not older",
        arguments: Relation.allCases,
        [Fixture.n1, Fixture.n3]
    )
    func release(ballot: Relation, owner: NodeID) {
        var fixture = Fixture(role: .voter)
        _ = fixture.receive(
            .heartbeat(
                Heartbeat(
                    ballot: Fixture.promised,
                    slot: 5,
                    sentAt: Instant(nanoseconds: 1),
                    lease: Fixture.lease,
                    leaseLeft: .zero
                )
            )
        )
        let released = Ballot(round: ballot.ballot.round, owner: owner)
        _ = fixture.receive(
            .release(Release(ballot: released, successor: nil)),
            from: owner
        )
        let request = Prepare(ballot: Ballot(round: 9, owner: Fixture.n3), slot: 6)
        let effects = fixture.receive(
            .prepare(PrepareRequest(prepare: request)),
            from: Fixture.n3
        )
        let isFree = owner == Fixture.n1 && ballot != .lower
        let expected: Said =
            isFree ? .promise(after: true, accepted: nil) : .refuse(.bound)
        #expect(Said(effects, to: Fixture.n3) == expected)
    }

    @Test(
        "R19: a canvass writes nothing, and says whether the asker would be served",
        arguments: Role.allCases,
        [nil, Fixture.n1, Fixture.n3]
    )
    func canvass(role: Role, granted: NodeID?) throws {
        var fixture = Fixture(role: role)
        if let granted {
            let heartbeat = Heartbeat(
                ballot: Ballot(round: 6, owner: granted),
                slot: 5,
                sentAt: Instant(nanoseconds: 1),
                lease: Fixture.lease,
                leaseLeft: .zero
            )
            let effects = fixture.receive(.heartbeat(heartbeat), from: granted)
            for record in effects.records {
                _ = fixture.replica.step(.stored(record.id), at: Fixture.now)
            }
        }
        let effects = fixture.receive(.canvass(Canvass()), from: Fixture.n3)
        #expect(effects.records.isEmpty)
        let replies = effects.messages.compactMap { envelope -> CanvassReply? in
            guard case .canvassReply(let reply) = envelope.message.body else { return nil }
            return reply
        }
        let reply = try #require(replies.first)
        // serve(P) = grant_to = P or now >= grant_until; only a voter serves at all.
        #expect(reply.serves == (role.votes && granted != Fixture.n1))
        #expect(reply.freeIn == (role.votes && granted == Fixture.n1 ? Fixture.lease : .zero))
        #expect(reply.durableSlot == 5)
    }

    @Test("R6: only a newer decree is learnt, and what was accepted is gone", arguments: Cell.all)
    func decided(cell: Cell) {
        var fixture = Fixture(role: cell.role, held: cell.held)
        let slot = cell.slot.slot(5)
        let decree =
            cell.slot == .same ? fixture.decided : Fixture.decree(slot, after: fixture.decided)
        let effects = fixture.receive(.decided(decree), showing: slot)
        guard cell.slot == .higher else {
            #expect(effects.records.isEmpty)
            return #expect(!effects.events.contains { $0.event == .decided(decree) })
        }
        #expect(effects.records.map(\.decided) == [decree])
        #expect(effects.records.allSatisfy { $0.accepted == nil })
        // "jumps are allowed": told only once it is on disk (R5b).
        #expect(
            effects.events.contains { $0.event == .decided(decree) && $0.after == RecordID(10) }
        )
    }

    @Test("a ballot that is not the sender's is answered by nobody (R2, R3)")
    func foreignBallot() {
        var fixture = Fixture(role: .voter)
        let request = PrepareRequest(
            prepare: Prepare(ballot: Ballot(round: 9, owner: Fixture.n1), slot: 6)
        )
        #expect(
            Said(fixture.receive(.prepare(request), from: Fixture.n3), to: Fixture.n3) == .nothing
        )
    }

    @Test("another cluster's messages are dropped")
    func otherCluster() {
        var fixture = Fixture(role: .voter)
        let request = PrepareRequest(
            prepare: Prepare(ballot: Ballot(round: 9, owner: Fixture.n1), slot: 6)
        )
        let cluster = Digest([UInt8](repeating: 8, count: Digest.length))
        let effects = fixture.replica.step(
            .received(
                Message(cluster: cluster, slot: 5, body: .prepare(request)),
                from: Fixture.n1,
                session: .zero
            ),
            at: Fixture.now
        )
        #expect(effects.messages.isEmpty)
        #expect(effects.records.isEmpty)
    }
}
