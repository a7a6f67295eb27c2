// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// Heartbeat, Release, Canvass and Decided, in every relation of role, ballot, slot and acceptance.
@Suite("heartbeat, release, canvass and decided, case by case")
struct LeaseTests {
    private func heartbeat(_ ballot: Ballot, slot: Slot) -> Message.Body {
        .heartbeat(
            Heartbeat(
                ballot: ballot,
                slot: slot,
                sentAt: Instant(nanoseconds: 55),
                lease: Scene.lease,
                leaseLeft: .milliseconds(400)
            )
        )
    }

    @Test("heartbeat (R15)", arguments: Case.all)
    func heartbeats(_ it: Case) {
        var scene = Scene(it.role, held: it.held)
        let ballot = Scene.ballot(it.ballot)
        // A heartbeat is of a decided slot: 4, 5 or 6 beside our 5.
        let slot = it.askedSlot - 1
        let effects = scene.receive(heartbeat(ballot, slot: slot), slot: slot)
        let answers = scene.answers(effects)
        let ack = effects.first(\.ack)

        // slot = decided.slot
        switch it.slot {
        case .lower:
            #expect(shown(answers)?.id == scene.decree.id)
            #expect(ack == nil && effects.records.isEmpty)
            return
        case .higher:
            #expect(refusal(answers) == .behind)
            #expect(ack == nil && effects.records.isEmpty)
            return
        case .equal: break
        }
        // The leader is heard, whatever may be granted to it.
        #expect(scene.host.answer.standing == .follower)
        // An observer answers too; it grants nothing and counts nowhere.
        guard it.role.votes else {
            #expect(ack?.said.lease == .zero)
            #expect(ack?.after == nil && effects.records.isEmpty)
            return
        }
        // b >= promised
        guard it.ballot != .lower else {
            #expect(refusal(answers) == .promised)
            #expect(ack == nil && effects.records.isEmpty)
            return
        }
        // lease > max_lease: raise it, sync; b > promised: promised := b, sync, first.
        #expect(effects.records.map(\.promised) == [ballot])
        #expect(effects.records.map(\.maxLease) == [Scene.lease])
        #expect(effects.records.map(\.accepted) == [scene.accepted], "a heartbeat accepts nothing")
        #expect(ack?.after == RecordID(8))
        #expect(ack?.said.lease == Scene.lease)
        #expect(ack?.said.sentAt == Instant(nanoseconds: 55))
        #expect(ack?.said.durableSlot == 5)
        // Another is told for how long this voter is bound.
        let asked = scene.receive(.canvass(Canvass()), slot: 5, from: Scene.other)
        let reply = asked.first(\.canvassReply)?.said
        #expect(reply?.serves == false)
        #expect(reply?.freeIn == Scene.lease - .milliseconds(1))
    }

    @Test("in the steady state a heartbeat writes nothing (R15)")
    func steady() {
        var scene = Scene(.voter)
        _ = scene.receive(heartbeat(Scene.promised, slot: 5), slot: 5)
        scene.host.step(.stored(RecordID(8)))
        let effects = scene.receive(heartbeat(Scene.promised, slot: 5), slot: 5)
        #expect(effects.records.isEmpty)
        #expect(effects.messages.map(\.after) == [nil])
    }

    @Test("release (R18)", arguments: Case.all)
    func release(_ it: Case) {
        var scene = Scene(it.role, held: it.held)
        _ = scene.receive(heartbeat(Scene.promised, slot: 5), slot: 5)
        let release = Release(ballot: Scene.ballot(it.ballot), successor: nil)
        let slot = it.askedSlot - 1
        let effects = scene.receive(.release(release), slot: slot)
        let written = effects.records.map(\.promised)
        #expect(written.allSatisfy { $0 == Scene.promised }, "it promises nothing")

        let asked = scene.receive(.canvass(Canvass()), slot: 5, from: Scene.other)
        let reply = asked.first(\.canvassReply)?.said
        // iff owner(promised) = owner(b) and promised <= b: clear grant and hold-off
        let isFree = it.ballot != .lower
        guard it.role.votes else {
            #expect(reply?.serves == false, "an observer serves nobody")
            return
        }
        #expect(reply?.serves == isFree)
        #expect((reply?.freeIn == .zero) == isFree)
        // Later heartbeats <= released grant nothing.
        let late = scene.receive(heartbeat(Scene.promised, slot: 5), slot: 5)
        #expect((late.first(\.ack) != nil) == !isFree)
    }

    @Test("a release of somebody else's ballot frees nobody (R18)")
    func foreignRelease() {
        var scene = Scene(.voter)
        _ = scene.receive(heartbeat(Scene.promised, slot: 5), slot: 5)
        let foreign = Ballot(round: 11, owner: Scene.other)
        let release = Release(ballot: foreign, successor: nil)
        _ = scene.receive(.release(release), slot: 5, from: Scene.other)
        let asked = scene.receive(.canvass(Canvass()), slot: 5, from: Scene.other)
        #expect(asked.first(\.canvassReply)?.said?.serves == false)
    }

    @Test("who was granted is served, who was not is told how long to wait (R8, R19)")
    func granted() {
        var scene = Scene(.voter)
        _ = scene.receive(heartbeat(Scene.promised, slot: 5), slot: 5)
        scene.host.step(.stored(RecordID(8)))
        let holder = scene.receive(.canvass(Canvass()), slot: 5).first(\.canvassReply)?.said
        #expect(holder?.serves == true && holder?.freeIn == .zero)
        let asked = scene.receive(.canvass(Canvass()), slot: 5, from: Scene.other)
        let rival = asked.first(\.canvassReply)?.said
        #expect(rival?.serves == false)
        #expect(rival?.freeIn == Scene.lease - .milliseconds(2))
    }

    @Test("canvass writes nothing and proves nothing (R19)", arguments: Case.all)
    func canvass(_ it: Case) {
        var scene = Scene(it.role, held: it.held)
        // The asker's newest decree is 4, 5 or 6; ballots do not come into it.
        let slot = it.askedSlot - 1
        let effects = scene.receive(.canvass(Canvass()), slot: slot)
        #expect(effects.records.isEmpty)
        let reply = effects.first(\.canvassReply)?.said
        #expect(reply?.promised == Scene.promised)
        #expect(reply?.durableSlot == 5)
        #expect(reply?.blank == nil)
        #expect(reply?.serves == it.role.votes)
        let answers = scene.answers(effects)
        #expect((shown(answers) != nil) == (it.slot == .lower))
        #expect((refusal(answers) == .behind) == (it.slot == .higher))
    }

    @Test(
        "decided: only a newer one is learnt, and what was accepted goes (R6)",
        arguments: Case.all
    )
    func decided(_ it: Case) {
        var scene = Scene(it.role, held: it.held)
        let slot = it.askedSlot - 1
        var state = scene.decree.state
        state.slot = slot
        state.previous = slot == 6 ? scene.decree.id : .none
        let decree = slot == 5 ? scene.decree : Decree(state, digest: ToyDigest.self)
        let effects = scene.receive(.decided(decree), slot: slot)
        guard it.slot == .higher else {
            #expect(effects.records.isEmpty)
            return
        }
        #expect(effects.records.map(\.decided?.slot) == [6])
        #expect(effects.records.map(\.accepted) == [nil])
        #expect(effects.records.map(\.promised) == [Scene.promised], "the promise stays")
        // Not published before it is on disk (R5b).
        #expect(scene.host.answer.decree?.slot == 5)
        scene.host.step(.stored(RecordID(8)))
        #expect(scene.host.answer.decree?.slot == 6)
    }

    @Test("another decree for a slot that is decided is refused aloud")
    func contradiction() {
        var scene = Scene(.voter)
        var state = scene.decree.state
        state.askedBy = "somebody"
        let effects = scene.receive(.decided(Decree(state, digest: ToyDigest.self)), slot: 5)
        #expect(effects.records.isEmpty)
        let events = effects.events.map(\.event.description)
        #expect(events.contains { $0.contains("another decree 5") }, "\(events)")
    }

    /// A decree of three voters that rests on another decree than the scene's.
    private func foreign(_ scene: Scene, slot: Slot, epoch: UInt64, leader: NodeID) -> Decree {
        var state = scene.decree.state
        (state.slot, state.previous) = (slot, ToyDigest.digest([9]))
        (state.epoch, state.leader) = (epoch, leader)
        return Decree(state, digest: ToyDigest.self)
    }

    @Test(
        "the decree after ours that rests on another one shows that two were chosen in one slot",
        arguments: [Slot(6), 7]
    )
    func otherLine(slot: Slot) {
        var scene = Scene(.voter)
        let decree = foreign(scene, slot: slot, epoch: 3, leader: Scene.asker)
        let effects = scene.receive(.decided(decree), slot: slot)
        // It is learnt all the same, as a later one would be, of which nobody can tell (R6).
        #expect(effects.records.map(\.decided?.slot) == [slot])
        let isTold = effects.events.contains { $0.event == .chosenTwice(Scene.asker, slot: 5) }
        #expect(isTold == (slot == 6))
    }

    @Test("an epoch that two lead is refused aloud, in whichever slot, and once a minute (R13)")
    func twoLeaders() {
        for slot in [Slot(6), 7, 9] {
            var scene = Scene(.voter)
            var decree = foreign(scene, slot: slot, epoch: 3, leader: Scene.other)
            if slot == 6 {
                var state = decree.state
                state.previous = scene.decree.id
                decree = Decree(state, digest: ToyDigest.self)
            }
            let effects = scene.receive(.decided(decree), slot: slot)
            #expect(effects.records.isEmpty)
            let said = "epoch 3 is led by \(Scene.other) and by \(Scene.asker)"
            let event = Event.contradiction(Scene.asker, said)
            #expect(effects.events.contains { $0.event == event })
            for (pause, isTold) in [(59_000, false), (2000, true)] {
                scene.host.stall(.milliseconds(pause))
                let again = scene.receive(.decided(decree), slot: slot)
                #expect(again.events.contains { $0.event == event } == isTold)
            }
            let next = foreign(scene, slot: 10, epoch: 4, leader: Scene.other)
            #expect(scene.receive(.decided(next), slot: 10).records.map(\.decided?.slot) == [10])
        }
    }

    @Test("until another voter has greeted this run it answers nothing that binds (R23)")
    func notGreeted() {
        var scene = Scene(.voter)
        let record = Record(
            id: RecordID(7),
            node: Scene.me,
            origin: .join,
            decided: scene.decree,
            promised: Scene.promised
        )
        scene = scene.restarted(from: record, greetedBy: [])
        let effects = scene.receive(heartbeat(Scene.promised, slot: 5), slot: 5)
        #expect(effects.records.isEmpty)
        #expect(effects.first(\.ack) == nil)
    }
}
