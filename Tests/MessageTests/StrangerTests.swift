// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// Whoever has the cluster's key may say anything, as often as it likes. It may not make others pay
/// for it, and it is not believed.
@Suite("what is heard of whom")
struct StrangerTests {
    private let stranger = node("new", 9)

    private let heartbeat = Message.Body.heartbeat(
        Heartbeat(
            ballot: Ballot(round: 11, owner: Scene.asker),
            slot: 5,
            sentAt: Instant(nanoseconds: 55),
            lease: Scene.lease,
            leaseLeft: .milliseconds(400)
        )
    )

    @Test("a stranger that lags is sent the decree, and not once more for each of its words")
    func decrees() {
        var scene = Scene(.voter)
        var count = 0
        // One word each millisecond, for a heartbeat interval and a half.
        for _ in 0..<150 {
            let effects = scene.receive(.canvass(Canvass()), slot: 0, from: stranger)
            if shown(scene.answers(effects, to: stranger)) != nil { count += 1 }
        }
        #expect(count == 2)
    }

    @Test("of a host without a cluster only questions are heard (section 1, Messages)")
    func withoutCluster() {
        var scene = Scene(.voter)
        scene.host.cluster = nil
        let granted = scene.receive(heartbeat, slot: 5)
        #expect(granted.first(\.ack) == nil)
        #expect(scene.host.answer.standing == .unsure)
        let asked = scene.receive(.canvass(Canvass()), slot: 0)
        #expect(asked.first(\.canvassReply) != nil)
        #expect(shown(scene.answers(asked)) == scene.decree)
    }

    @Test("a Release that was under way while its sender began to lead anew frees nobody (R18)")
    func staleRelease() {
        var scene = Scene(.voter)
        _ = scene.receive(heartbeat, slot: 5)
        #expect(scene.host.answer.standing == .follower)
        for (round, standing) in [(UInt64(10), Standing.follower), (11, .unsure)] {
            let ballot = Ballot(round: round, owner: Scene.asker)
            _ = scene.receive(.release(Release(ballot: ballot, successor: nil)), slot: 5)
            #expect(scene.host.answer.standing == standing)
        }
    }

    @Test("that a command was done is said again only once its decree is on disk (R5b)")
    func askedTwice() throws {
        var scene = Scene(.voter)
        var state = scene.proposal.state
        state.lastRequest = RequestID(77)
        let decree = Decree(state, digest: ToyDigest.self)
        let written = scene.receive(.decided(decree), slot: 6)
        let record = try #require(written.records.last)
        let again = Ask(id: RequestID(77), command: .resume, force: false)
        let effects = scene.receive(.ask(again), slot: 6)
        let answer = try #require(
            effects.messages.first { if case .answer = $0.message.body { true } else { false } }
        )
        #expect(answer.message.body == .answer(AskAnswer(id: again.id, outcome: .done(slot: 6))))
        #expect(answer.after == record.id)
    }
}
