// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// What a host says and keeps of its memory: what is on disk, and for as long as it must be.
@Suite("what a host remembers")
struct MemoryTests {
    private func heartbeat(slot: Slot = 5, lease: Span = Scene.lease) -> Message.Body {
        .heartbeat(
            Heartbeat(
                ballot: Scene.promised,
                slot: slot,
                sentAt: .zero,
                lease: lease,
                leaseLeft: .zero
            )
        )
    }

    /// The slots that are reported as held.
    private func held(_ effects: Effects) -> [Slot] {
        effects.messages.compactMap { envelope in
            switch envelope.message.body {
            case .ack(let ack): ack.durableSlot
            case .canvassReply(let reply): reply.durableSlot
            default: nil
            }
        }
    }

    @Test("a slot is reported as held when it is on disk, not when it is heard of (R5c)")
    func durable() {
        var scene = Scene(.voter)
        let learnt = scene.receive(.decided(scene.proposal), slot: 6)
        #expect(held(scene.receive(heartbeat(slot: 6), slot: 6)) == [5])
        #expect(held(scene.receive(.canvass(Canvass()), slot: 6)) == [5])
        for record in learnt.records {
            scene.host.step(.stored(record.id))
        }
        #expect(held(scene.receive(heartbeat(slot: 6), slot: 6)) == [6])
        #expect(held(scene.receive(.canvass(Canvass()), slot: 6)) == [6])
    }

    @Test("the next heartbeat's answer waits for the same write as the first one's (R4)")
    func sameWrite() {
        var scene = Scene(.voter)
        func waitsFor() -> [RecordID?] {
            scene.receive(heartbeat(), slot: 5).messages.map(\.after)
        }
        #expect(waitsFor() == [RecordID(8)])
        #expect(waitsFor() == [RecordID(8)])
        scene.host.step(.stored(RecordID(8)))
        #expect(waitsFor() == [nil])
    }

    @Test("the longest lease ever granted is kept, not the first or the last (R7, R15)")
    func longest() {
        var scene = Scene(.voter)
        var kept = Span.zero
        for (lease, longest) in [(500, 500), (900, 900), (500, 900)] {
            let effects = scene.receive(heartbeat(lease: .milliseconds(lease)), slot: 5)
            for record in effects.records {
                kept = record.maxLease
                scene.host.step(.stored(record.id))
            }
            #expect(kept == .milliseconds(longest))
        }
    }

    @Test("after a start others wait as long as the longest lease ever granted (R7)")
    func holdOff() {
        var scene = Scene(.voter, maxLease: .milliseconds(9000))
        let ballot = Ballot(round: 20, owner: Scene.other)
        let request = PrepareRequest(prepare: Prepare(ballot: ballot, slot: 6))
        var answers: [Refusal.Reason?] = []
        for wait in [8990, 9000] {
            scene.host.now = LoneHost.start + .milliseconds(wait)
            let effects = scene.receive(.prepare(request), slot: 5, from: Scene.other)
            answers.append(refusal(scene.answers(effects, to: Scene.other)))
        }
        #expect(answers == [.bound, nil])
    }
}
