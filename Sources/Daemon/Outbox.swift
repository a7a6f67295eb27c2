// SPDX-License-Identifier: Apache-2.0

// What a step wants said, and may not be said before the disk has it.
//
//      step ──▶ [message]                      leaves at once
//           ──▶ [message, after #7] ── waits ── stored #7 ──▶ leaves, in the order of the steps
//
// A heartbeat never stands behind a promise that waits for its sync. A run that votes no more says
// nothing that it wanted said before.

internal import Election

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
