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
        scene.now = scene.now + .milliseconds(600)
        #expect(scene.replica.answer(at: scene.now).standing == .unsure)
        let effects = scene.receive(heartbeat, slot: 5)
        let told = effects.events.map(\.event)
        #expect(told == [.unsure, .follows(Scene.asker, epoch: 3)])
    }

    @Test("a leader that has let go and is told that there are two of it waits for nothing more")
    func silencedAfterRelease() {
        var scene = Scene(.voter)
        _ = scene.replica.step(.asked(.stop), at: scene.now)
        let copied = Refusal(ballot: .zero, promised: .zero, freeIn: .zero, reason: .copied)
        _ = scene.receive(.refuse(copied), slot: 5)
        #expect(scene.replica.deadline == nil)
        _ = scene.replica.step(.deadline, at: scene.now + .milliseconds(60_000))
    }

    @Test("a run that votes no more greets whoever comes, and waits for no answer")
    func greetsInSilence() {
        var scene = Scene(.voter)
        let copied = Refusal(ballot: .zero, promised: .zero, freeIn: .zero, reason: .copied)
        _ = scene.receive(.refuse(copied), slot: 5)
        let greeting = scene.replica.greet(node("new", 9))
        #expect(greeting.to == node("new", 9))
        #expect(scene.replica.deadline == nil)
        let effects = scene.replica.step(.deadline, at: scene.now + .milliseconds(60_000))
        #expect(effects.messages.isEmpty)
    }
}
