// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

@testable import Daemon

@Suite("what waits for the disk")
struct OutboxTests {
    private func envelope(
        _ number: UInt64,
        to node: NodeID = Samples.db2,
        after: UInt64? = nil
    ) -> Envelope {
        Envelope(
            to: node,
            number: number,
            message: Message(cluster: nil, slot: 0, body: .canvass(Canvass())),
            after: after.map { RecordID($0) }
        )
    }

    private func effects(_ envelopes: [Envelope], _ events: [Told] = []) -> Effects {
        var effects = Effects()
        effects.messages = envelopes
        effects.events = events
        return effects
    }

    @Test("what rests on nothing leaves at once, past what waits")
    func atOnce() {
        var outbox = Outbox()
        let first = outbox.take(effects([envelope(1, after: 5), envelope(2)]))
        #expect(first.messages.map(\.number) == [2])
        let second = outbox.take(effects([envelope(3)]))
        #expect(second.messages.map(\.number) == [3])
    }

    @Test("what waits leaves in its order, once its record or a later one is stored")
    func inOrder() {
        var outbox = Outbox()
        _ = outbox.take(effects([envelope(1, after: 6), envelope(2, after: 5)]))
        _ = outbox.take(effects([envelope(3, to: Samples.db3, after: 5)]))
        let four = outbox.stored(RecordID(4))
        #expect(four.messages.isEmpty)
        let five = outbox.stored(RecordID(5))
        #expect(five.messages.map(\.number) == [2, 3])
        let seven = outbox.stored(RecordID(7))
        #expect(seven.messages.map(\.number) == [1])
        let again = outbox.stored(RecordID(7))
        #expect(again == Outbox.Ready())
    }

    @Test("of one kind, for one node and behind one record only the newest waits")
    func overtaken() {
        var outbox = Outbox()
        // A sync hangs while a leader goes on asking: for an hour, ten times a second.
        for number in 1...36_000 {
            _ = outbox.take(effects([envelope(UInt64(number), after: 5)]))
        }
        let other = envelope(36_001, to: Samples.db3, after: 5)
        _ = outbox.take(effects([other, envelope(36_002, after: 6)]))
        #expect(outbox.stored(RecordID(5)).messages.map(\.number) == [36_000, 36_001])
        #expect(outbox.stored(RecordID(6)).messages.map(\.number) == [36_002])
    }

    @Test("what came of two commands is said of both")
    func answers() {
        var outbox = Outbox()
        for (number, id) in [(UInt64(1), UInt64(7)), (2, 8), (3, 7)] {
            var answer = envelope(number, after: 5)
            let outcome = AskAnswer(id: RequestID(id), outcome: .done(slot: 6))
            answer.message.body = .answer(outcome)
            _ = outbox.take(effects([answer]))
        }
        #expect(outbox.stored(RecordID(5)).messages.map(\.number) == [2, 3])
    }

    @Test("events wait like messages")
    func events() {
        var outbox = Outbox()
        let told = [Told(.unsure), Told(.stopped, after: RecordID(5))]
        let ready = outbox.take(effects([], told))
        #expect(ready.events == [.unsure])
        #expect(outbox.stored(RecordID(5)).events == [.stopped])
    }

    @Test("a run that votes no more tells what waited, and sends nothing of it (R23)")
    func halted() {
        var outbox = Outbox()
        let told = [Told(.stopped, after: RecordID(5))]
        _ = outbox.take(effects([envelope(1, after: 5), envelope(2, after: 6)], told))
        let five = outbox.stored(RecordID(5), isHalted: true)
        #expect(five.messages.isEmpty)
        #expect(five.events == [.stopped])
        #expect(outbox.stored(RecordID(6)) == Outbox.Ready())
    }

    @Test("what rests on a record that is stored already does not wait")
    func already() {
        var outbox = Outbox()
        _ = outbox.stored(RecordID(5))
        let ready = outbox.take(effects([envelope(1, after: 5)]))
        #expect(ready.messages.count == 1)
    }
}
