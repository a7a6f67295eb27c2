// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// Prepare and Accept, in every relation of role, ballot, slot and acceptance, by the owner of the
/// promised ballot and by its rival. The expected answer is the rule's sentence, written out.
@Suite("prepare and accept, case by case")
struct PhaseTests {
    @Test("prepare (R9)", arguments: Case.all, Asker.allCases)
    func prepare(_ it: Case, by asker: Asker) {
        var scene = Scene(it.role, held: it.held)
        let ballot = Scene.ballot(it.ballot, of: asker.node)
        let slot = it.askedSlot
        let request = PrepareRequest(prepare: Prepare(ballot: ballot, slot: slot))
        let effects = scene.receive(.prepare(request), slot: slot - 1, from: asker.node)
        let answers = scene.answers(effects, to: asker.node)
        let promise = effects.first(\.promise)

        // decided.slot = s-1 (higher: answer Decided; lower: pull first)
        switch it.slot {
        case .lower:
            #expect(shown(answers)?.id == scene.decree.id)
            #expect(promise == nil && effects.records.isEmpty)
            return
        case .higher:
            #expect(refusal(answers) == .behind)
            #expect(promise == nil && effects.records.isEmpty)
            return
        case .equal: break
        }
        // it is a voter of decided; a witness is one
        guard it.role.votes else {
            #expect(promise == nil && effects.records.isEmpty)
            return
        }
        // promised <= b
        guard ballot >= Scene.promised else {
            #expect(refusal(answers) == .promised)
            #expect(promise == nil && effects.records.isEmpty)
            return
        }
        // Effect: promised := b, sync, Promise(b, s, accepted).
        #expect(promise?.said.promise.ballot == ballot)
        #expect(promise?.said.promise.slot == 6)
        #expect(promise?.said.promise.accepted == scene.accepted)
        // What is on disk already waits for nothing; what is new waits for its record (R4).
        let isNew = ballot > Scene.promised
        #expect(effects.records.map(\.promised) == (isNew ? [ballot] : []))
        #expect(promise?.after == (isNew ? RecordID(8) : nil))
        #expect(promise?.said.writeNumber == (isNew ? 8 : 7), "R23")
    }

    @Test("accept (R11)", arguments: Case.all, Asker.allCases)
    func accept(_ it: Case, by asker: Asker) {
        var scene = Scene(it.role, held: it.held)
        let ballot = Scene.ballot(it.ballot, of: asker.node)
        let slot = it.askedSlot
        // For another slot than the open one the value is that slot's own.
        var state = scene.proposal.state
        state.slot = slot
        let value =
            it.slot == .equal ? scene.proposal : Decree(state, digest: ToyDigest.self)
        let request = AcceptRequest(
            accept: Accept(ballot: ballot, slot: slot, value: value),
            sentAt: Instant(nanoseconds: 77),
            lease: Scene.lease
        )
        let effects = scene.receive(.accept(request), slot: slot - 1, from: asker.node)
        let answers = scene.answers(effects, to: asker.node)
        let accepted = effects.first(\.accepted)

        // decided.slot = v.slot-1
        switch it.slot {
        case .lower:
            #expect(shown(answers)?.id == scene.decree.id)
            #expect(accepted == nil && effects.records.isEmpty)
            return
        case .higher:
            #expect(refusal(answers) == .behind)
            #expect(accepted == nil && effects.records.isEmpty)
            return
        case .equal: break
        }
        // voter of decided
        guard it.role.votes else {
            #expect(accepted == nil && effects.records.isEmpty)
            return
        }
        // promised <= b
        guard ballot >= Scene.promised else {
            #expect(refusal(answers) == .promised)
            #expect(accepted == nil && effects.records.isEmpty)
            return
        }
        // Effect: promised := b, accepted := (b, v), sync, Accepted to the owner of b only. It counts
        // as a heartbeat, and the longest lease is on disk first (R7), so there is a record each time.
        let expected = Proposal(ballot: ballot, value: scene.proposal)
        #expect(effects.records.count == 1)
        #expect(effects.records.first?.promised == ballot)
        #expect(effects.records.first?.accepted == expected)
        #expect(effects.records.first?.maxLease == Scene.lease)
        #expect(accepted?.after == RecordID(8))
        #expect(accepted?.said.accepted == Accepted(ballot: ballot, slot: 6))
        #expect(accepted?.said.decree == scene.proposal.id)
        #expect(accepted?.said.sentAt == Instant(nanoseconds: 77))
        #expect(accepted?.said.lease == Scene.lease)
        #expect(effects.all(\.accepted).map(\.to) == [asker.node])
        // "Counts as a heartbeat of slot v.slot-1": another proposer is bound out now.
        let late = PrepareRequest(
            prepare: Prepare(ballot: Ballot(round: 20, owner: asker.opponent), slot: 6)
        )
        let refused = scene.receive(.prepare(late), slot: 5, from: asker.opponent)
        #expect(refusal(scene.answers(refused, to: asker.opponent)) == .bound)
    }

    @Test("an accept that rests on another decree than ours is refused aloud (R11)")
    func otherChain() {
        var scene = Scene(.voter)
        var state = scene.proposal.state
        state.previous = ToyDigest.digest([9])
        let value = Decree(state, digest: ToyDigest.self)
        let request = AcceptRequest(
            accept: Accept(ballot: Scene.promised, slot: 6, value: value),
            sentAt: .zero,
            lease: Scene.lease
        )
        let effects = scene.receive(.accept(request), slot: 5)
        #expect(effects.records.isEmpty)
        let events = effects.events.map(\.event.description)
        #expect(events.contains { $0.contains("rests on another decree") }, "\(events)")
    }

    @Test("a ballot that another owns is nobody's to use (R2)")
    func stolenBallot() {
        var scene = Scene(.voter)
        let request = PrepareRequest(
            prepare: Prepare(ballot: Ballot(round: 50, owner: Scene.other), slot: 6)
        )
        let effects = scene.receive(.prepare(request), slot: 5, from: Scene.asker)
        #expect(effects.records.isEmpty)
        #expect(scene.answers(effects).isEmpty)
    }

    @Test("another cluster's messages are dropped")
    func otherCluster() {
        var scene = Scene(.voter)
        let request = PrepareRequest(
            prepare: Prepare(ballot: Ballot(round: 50, owner: Scene.asker), slot: 6)
        )
        scene.host.cluster = ToyDigest.digest([9])
        let effects = scene.receive(.prepare(request), slot: 5)
        #expect(effects.records.isEmpty && effects.messages.isEmpty)
    }
}
