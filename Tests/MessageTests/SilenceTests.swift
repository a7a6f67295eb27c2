// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// What a replica does after nobody looked, and after it has fallen silent for good.
@Suite struct SilenceTests {
    private let heartbeat = Message.Body.heartbeat(
        Heartbeat(
            ballot: Scene.promised,
            slot: 5,
            sentAt: Instant(nanoseconds: 55),
            lease: Scene.lease,
            leaseLeft: .milliseconds(400)
        )
    )

    @Test("an end that nobody saw is told, also where the next heartbeat comes before the timer")
    func unseenEnd() {
        var scene = Scene(.voter)
        _ = scene.receive(heartbeat, slot: 5)
        // The process stands still, and its page ends by itself.
        scene.host.stall(.milliseconds(600))
        #expect(scene.host.answer.standing == .unsure)
        let effects = scene.receive(heartbeat, slot: 5)
        let told = effects.events.map(\.event)
        #expect(told == [.unsure, .follows(Scene.asker, epoch: 3)])
    }

    @Test("a leader that has let go and is told that there are two of it waits for nothing more")
    func silencedAfterRelease() {
        var scene = Scene(.voter)
        scene.host.step(.asked(.stop))
        let copied = Refusal(ballot: .zero, promised: .zero, freeIn: .zero, reason: .copied)
        _ = scene.receive(.refuse(copied), slot: 5)
        #expect(scene.host.replica.deadline == nil)
        scene.host.stall(.milliseconds(60_000))
        #expect(scene.host.step(.deadline) == Effects())
    }

    @Test("a run that votes no more greets whoever comes, and waits for no answer")
    func greetsInSilence() {
        var scene = Scene(.voter)
        let copied = Refusal(ballot: .zero, promised: .zero, freeIn: .zero, reason: .copied)
        _ = scene.receive(.refuse(copied), slot: 5)
        let greeting = scene.host.replica.greet(node("new", 9))
        #expect(greeting.to == node("new", 9))
        #expect(scene.host.replica.deadline == nil)
        scene.host.stall(.milliseconds(60_000))
        #expect(scene.host.step(.deadline).messages.isEmpty)
    }
}
