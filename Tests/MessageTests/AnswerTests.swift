// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// What comes of an answer, in every relation of who gives it, under which ballot, for which slot,
/// and with what in it. `Case.role` is the answerer's. The expectation is the rule's sentence,
/// written out; and where an answer must count for nothing, a good one after it finds all as it was.
@Suite("promise, accepted, ack, refuse and canvass reply, case by case")
struct AnswerTests {
    private typealias Scene = StandingScene

    @Test(
        "canvass reply: it decides whether to try, and above which ballot (R19, R3)",
        arguments: Case.all
    )
    func canvassReply(_ it: Case) throws {
        var scene = Scene(it.role, held: it.held)
        // A ballot of somebody else that the answerer has promised.
        let promised = Scene.ballot(it.ballot, to: Scene.promised)
        let slot = it.askedSlot - 1
        let said = scene.hear(
            Scene.canvassReply(promised: promised, slot: slot),
            slot: slot,
            from: Scene.peer
        )
        scene.host.pass(.milliseconds(50))
        let bodies = (said + scene.host.sent).filter { $0.to == Scene.peer }.map(\.message.body)
        // Whoever lags is shown the decree; who is ahead is asked for it.
        #expect((shown(bodies) != nil) == (it.slot == .lower))
        #expect((refusal(bodies) == .behind) == (it.slot == .higher))

        // A majority of voters is what a ballot needs: an observer's word is none.
        guard it.role.votes else {
            #expect(scene.host.ballots.isEmpty && scene.host.records.isEmpty)
            return
        }
        // Round > every round in its record and seen.
        let own = Ballot(round: max(promised.round, 10) + 1, owner: Scene.me)
        #expect(scene.host.ballots == [own])
        // Written as its own `promised`, with sync, before it sends a Prepare; nothing else changes.
        #expect(scene.host.records.map(\.promised) == [own])
        #expect(scene.host.records.map(\.accepted) == [scene.reported(it.held, slot: 6)])
        let prepares = scene.host.sent.filter {
            if case .prepare(let request) = $0.message.body { return request.prepare.slot == 6 }
            return false
        }
        #expect(Set(prepares.map(\.to)) == [Scene.peer, Scene.third])
        #expect(prepares.allSatisfy { $0.after == scene.host.records.first?.id })
    }

    @Test("promise (R13)", arguments: Case.all)
    func promise(_ it: Case) throws {
        var scene = Scene(it.role)
        let own = scene.stand()
        let slot = it.askedSlot
        let reported = scene.reported(it.held, slot: slot)
        let body = Scene.promise(
            Scene.ballot(it.ballot, to: own),
            slot: slot,
            accepted: reported
        )
        let proposals = accepts(scene.hear(body, slot: slot - 1, from: Scene.peer))

        // "promised b for slot s or for any earlier slot, in this run", and a voter
        let counts = it.role.votes && it.ballot == .equal && it.slot != .higher
        guard counts else {
            #expect(proposals.isEmpty)
            // It left nothing behind: with a promise that counts the value is its own.
            let later = accepts(scene.hear(Scene.promise(own)))
            #expect(later.allSatisfy { $0.request.accept.value.leader == Scene.me })
            #expect(later.allSatisfy { $0.request.accept.value.epoch == 4 })
            #expect(later.map(\.to) == voters(it))
            return
        }
        #expect(proposals.map(\.to) == voters(it))
        let request = try #require(proposals.first?.request)
        #expect(request.accept.ballot == own && request.accept.slot == 6)
        // "the reported accepted value of slot s with the highest ballot, else one's own"; what an
        // earlier run of this host has proposed is a reported value like any other (R3).
        if it.slot == .equal, let reported {
            #expect(request.accept.value == reported.value)
        } else {
            // Whole state; epoch +1 iff the leader identity changes.
            #expect(request.accept.value.leader == Scene.me)
            #expect(request.accept.value.epoch == 4)
            #expect(request.accept.value.state.previous == scene.decree.id)
        }
    }

    @Test("accepted (R12)", arguments: Case.all)
    func accepted(_ it: Case) throws {
        var scene = Scene(it.role)
        let own = scene.stand()
        let proposals = accepts(scene.hear(Scene.promise(own)))
        let request = try #require(proposals.first?.request)
        let slot = it.askedSlot
        let decree: DecreeID =
            switch it.held {
            case .nothing: .none
            case .own: request.accept.value.id
            case .other: try #require(scene.reported(.other, slot: 6)).value.id
            }
        func answer(_ ballot: Ballot, slot: Slot, _ decree: DecreeID) -> Message.Body {
            .accepted(
                AcceptedReply(
                    accepted: Accepted(ballot: ballot, slot: slot),
                    decree: decree,
                    sentAt: request.sentAt,
                    lease: request.lease,
                    writeNumber: 1
                )
            )
        }
        let written = scene.host.records.count
        let body = answer(Scene.ballot(it.ballot, to: own), slot: slot, decree)
        var said = scene.hear(body, slot: slot - 1, from: Scene.peer)

        // "a majority of decree s-1's voters sent Accepted(b, v)"
        let counts =
            it.role.votes && it.ballot == .equal && it.slot == .equal && it.held == .own
        if !counts {
            #expect(scene.host.records.count == written, "nothing is decided")
            #expect(!said.contains { shown([$0.message.body])?.slot == 6 })
            #expect(scene.host.answer.decree?.slot == 5)
            // It left nothing behind that would keep a good one from counting.
            said = scene.hear(answer(own, slot: 6, request.accept.value.id))
        }
        // In one step: decided := v, the page by R14 under v, and only then Decided(v).
        #expect(scene.host.records.last?.decided == request.accept.value)
        #expect(scene.host.records.last?.accepted == nil)
        let told = said.filter { shown([$0.message.body]) == request.accept.value }
        #expect(told.map(\.to) == [Scene.peer, Scene.third])
        let answer = scene.host.answer
        #expect(answer.standing == .leader && answer.decree == request.accept.value)
        #expect(answer.validUntil == end(of: request.lease, sentAt: request.sentAt))
    }

    @Test("ack (R14, R15)", arguments: Case.all)
    func ack(_ it: Case) throws {
        // It leads by the decree and has just restarted; what is accepted is what the third reports.
        var scene = Scene(it.role, leader: Scene.me)
        let own = scene.stand()
        let pending = scene.reported(it.held, slot: 6)
        let said = scene.hear(Scene.promise(own, accepted: pending))
        let beats = said.filter { $0.to == Scene.peer }.compactMap(\.message.body.heartbeat)
        let beat = try #require(beats.first)
        #expect(beat.ballot == own && beat.slot == 5 && beat.leaseLeft == .zero)
        func ack(_ ballot: Ballot, slot: Slot) -> Message.Body {
            .ack(
                Ack(
                    ballot: ballot,
                    slot: slot,
                    sentAt: beat.sentAt,
                    lease: beat.lease,
                    durableSlot: 5,
                    writeNumber: 1
                )
            )
        }
        let slot = it.askedSlot - 1
        scene.hear(
            ack(Scene.ballot(it.ballot, to: own), slot: slot),
            slot: slot,
            from: Scene.peer
        )

        // (ii) a majority of decided's voters; matched by ballot only, not by slot; (i) nobody in
        // the majority that promised has reported a value of another ballot for the next slot.
        let counts = it.role.votes && it.ballot == .equal
        let isClear = it.held == .nothing
        let answer = scene.host.answer
        #expect(answer.standing == (counts && isClear ? .leader : .unsure))
        // Then a good one, which leads iff nothing is pending.
        scene.hear(ack(own, slot: 5))
        let later = scene.host.answer
        #expect(later.standing == (isClear ? .leader : .unsure))
        // From when it was asked for, in the time of this clock at its slowest.
        if isClear { #expect(later.validUntil == end(of: beat.lease, sentAt: beat.sentAt)) }
        // A pending value is what it has chosen first.
        let proposed = accepts(scene.host.sent).first?.request.accept.value
        #expect(proposed == pending?.value)
    }

    @Test("refuse: a ballot that another's has passed is given up (R3, R17)", arguments: Case.all)
    func refuse(_ it: Case) throws {
        var scene = Scene(it.role, held: it.held)
        let own = scene.stand()
        let slot = it.askedSlot - 1
        let refused = Scene.refusal(
            of: Scene.ballot(it.ballot, to: own),
            promised: Ballot(round: 30, owner: Scene.third)
        )
        scene.hear(refused, slot: slot, from: Scene.peer)
        let proposals = accepts(scene.hear(Scene.promise(own)))

        // It rests on nothing; who does not vote decides nothing by it.
        let isGivenUp = it.role.votes && it.ballot == .equal
        #expect(proposals.map(\.to) == (isGivenUp ? [] : voters(it)))
        // The value is what this host itself has accepted, else its own.
        for (_, request) in proposals {
            let held = scene.reported(it.held, slot: 6)?.value
            #expect(request.accept.value.leader == (held?.leader ?? Scene.me))
            #expect(request.accept.value.epoch == (held?.epoch ?? 4))
        }
        // Another voter says no as well. The next ballot is above every one it was refused with.
        let another = Ballot(round: 20, owner: Scene.third)
        scene.hear(Scene.refusal(of: own, promised: another))
        for _ in 0..<20 where scene.host.ballots.count == 1 {
            scene.host.pass(.milliseconds(50))
            scene.hear(Scene.canvassReply(promised: .zero))
        }
        #expect(scene.host.ballots.map(\.round) == [11, it.role.votes ? 31 : 21])
        #expect(scene.host.ballots.last?.owner == Scene.me)
    }

    /// The other voters, in the order of the decree.
    private func voters(_ it: Case) -> [NodeID] {
        it.role.votes ? [Scene.peer, Scene.third] : [Scene.third]
    }

    /// Until when a grant is good: lease * (1 - rho) / (1 + rho) from the sending, less a granule of
    /// the clock, which is a microsecond.
    private func end(of lease: Span, sentAt: Instant) -> Instant {
        let rho = Int64(Settings().driftPPM)
        let good = lease.nanoseconds * (1_000_000 - rho) / (1_000_000 + rho)
        return sentAt + Span(nanoseconds: good - 1000)
    }

    /// The proposals among these messages, and for whom.
    private func accepts(_ envelopes: [Envelope]) -> [(to: NodeID, request: AcceptRequest)] {
        envelopes.compactMap { envelope in
            envelope.message.body.accept.map { (envelope.to, $0) }
        }
    }
}
