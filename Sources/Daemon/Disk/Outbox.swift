// SPDX-License-Identifier: Apache-2.0

// What a step wants said, and may not be said before the disk has it.
//
//      step ──▶ [message]                      leaves at once
//           ──▶ [message, after #7] ── waits ── stored #7 ──▶ leaves, in the order of the steps
//
// A heartbeat never stands behind a promise that waits for its sync. Of what would leave together for
// one node only the newest of a kind waits: while a sync hangs each heartbeat is answered anew. A run
// that votes no more says nothing that it wanted said before.

internal import Election
internal import Wire

/// Messages and events that wait for a record.
struct Outbox {
    /// What may go now, messages before events.
    struct Ready: Equatable {
        var messages: [Envelope] = []
        var events: [Event] = []
    }

    private var messages: [Envelope] = []
    private var events: [Told] = []
    private var durable = RecordID(0)

    init() {}

    /// Takes over what a step brought and returns what rests on nothing that is still under way.
    mutating func take(_ effects: Effects) -> Ready {
        var ready = Ready()
        for envelope in effects.messages {
            if isDurable(envelope.after) {
                ready.messages.append(envelope)
            } else {
                messages.removeAll { envelope.overtakes($0) }
                messages.append(envelope)
            }
        }
        for told in effects.events {
            if isDurable(told.after) {
                ready.events.append(told.event)
            } else {
                events.append(told)
            }
        }
        return ready
    }

    /// This record, and so every one before it, is on disk: returns what waited for it; of a run that
    /// votes no more only the events.
    mutating func stored(_ id: RecordID, isHalted: Bool = false) -> Ready {
        durable = max(durable, id)
        if isHalted { messages = [] }
        guard !messages.isEmpty || !events.isEmpty else { return Ready() }
        var waiting = Effects()
        swap(&waiting.messages, &messages)
        swap(&waiting.events, &events)
        return take(waiting)
    }

    private func isDurable(_ id: RecordID?) -> Bool { id.map { $0 <= durable } ?? true }
}

extension Envelope {
    /// Whether this says all that the other, which waits for the same record, would have said. An
    /// answer is overtaken by one to the same question alone: each has somebody waiting for it.
    fileprivate func overtakes(_ other: Envelope) -> Bool {
        guard other.to == to, other.after == after,
            other.message.body.kind == message.body.kind
        else { return false }
        if case .answer(let mine) = message.body, case .answer(let theirs) = other.message.body {
            return mine.id == theirs.id
        }
        return true
    }
}
