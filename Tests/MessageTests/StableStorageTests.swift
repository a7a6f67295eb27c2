// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// Lamport, "Paxos Made Simple", 2001, section 2.5: what stable storage is for. The other sections'
/// tests need no record and are with the roles (`PaxosMadeSimpleTests`).
@Suite("Paxos Made Simple, on disk")
struct StableStorageTests {
    private let ballot = Ballot(round: 20, owner: Scene.asker)

    private func prepare(_ ballot: Ballot) -> Message.Body {
        .prepare(PrepareRequest(prepare: Prepare(ballot: ballot, slot: 6)))
    }

    @Test("2.5: an acceptor records its intended promise before it sends it")
    func promiseIsRecorded() throws {
        var scene = Scene(.voter, held: .other)
        let effects = scene.receive(prepare(ballot), slot: 5)
        let record = try #require(effects.records.first)
        let promise = try #require(effects.first(\.promise))
        let said = promise.said.promise
        #expect(promise.after == record.id, "it leaves when this is on disk, not before")
        #expect(record.promised == said.ballot && record.accepted == said.accepted)

        // A crash between the two: whoever reads that record stands by what was never sent.
        var next = scene.restarted(from: record)
        let lower = next.receive(prepare(Ballot(round: 19, owner: Scene.asker)), slot: 5)
        #expect(refusal(next.answers(lower)) == .promised)
        let again = next.receive(prepare(ballot), slot: 5)
        #expect(again.first(\.promise)?.said.promise == said)
    }

    @Test("2.5: an acceptor records its intended acceptance before it sends it")
    func acceptanceIsRecorded() throws {
        var scene = Scene(.voter, held: .other)
        let request = AcceptRequest(
            accept: Accept(ballot: ballot, slot: 6, value: scene.proposal),
            sentAt: .zero,
            lease: Scene.lease
        )
        let effects = scene.receive(.accept(request), slot: 5)
        let record = try #require(effects.records.first)
        #expect(
            effects.all(\.accepted).map(\.after) == [record.id],
            "it leaves when this is on disk, not before"
        )
        let accepted = Proposal(ballot: ballot, value: scene.proposal)
        #expect(record.accepted == accepted)

        // A crash between the two: the next one to prepare hears of it, as if it had been sent.
        var next = scene.restarted(from: record)
        let higher = Ballot(round: 21, owner: Scene.asker)
        let answer = next.receive(prepare(higher), slot: 5)
        #expect(answer.first(\.promise)?.said.promise.accepted == accepted)
    }

    @Test("2.5: a proposer remembers the highest number it tried, and begins with a higher one")
    func numbersGrow() throws {
        var scene = StandingScene(.voter)
        let first = scene.stand()
        // The number is on disk before the first request under it leaves.
        let record = try #require(scene.host.records.last)
        #expect(record.promised == first)
        for envelope in scene.host.sent {
            if case .prepare(let request) = envelope.message.body {
                #expect(request.prepare.ballot == first && envelope.after == record.id)
            }
        }
        // The next process has nothing but that, and nobody who tells it of any ballot.
        var next = StandingScene(.voter, from: record)
        let second = next.stand(told: .zero)
        #expect(second > first && second.owner == first.owner)
    }
}
