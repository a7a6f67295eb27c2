// SPDX-License-Identifier: Apache-2.0

import Election

/// What one step wants done, in the order of the seam: withdrawn, then durable, then sent, then
/// told. A shell may stop between any two of these and go on later, or never.
struct Agenda {
    /// One thing to do: which of the effects, or of what a record was waited for.
    enum Deed {
        case withdraw
        case write(Int)
        case send(Int)
        case publish
        case tell(Int)
        case release(Int)
    }
    let effects: Effects
    let released: [Act]
    /// In order.
    private(set) var deeds: [Deed] = []

    /// Messages leave before the page is written, events are told after.
    ///
    /// - Parameters:
    ///   - effects: What the replica wants.
    ///   - released: What it wanted before and a record has now reached the disk for.
    ///   - stored: The newest record on disk.
    ///   - held: Takes what rests on a record that is not there yet.
    init(
        _ effects: Effects,
        releasing released: [Act],
        stored: RecordID,
        held: inout [Held]
    ) {
        (self.effects, self.released) = (effects, released)
        deeds.reserveCapacity(
            2 + effects.records.count + released.count + effects.messages.count
                + effects.events.count
        )
        if effects.withdraw { deeds.append(.withdraw) }
        for at in effects.records.indices { deeds.append(.write(at)) }
        for at in released.indices where released[at].isSend { deeds.append(.release(at)) }
        for at in effects.messages.indices {
            if let after = effects.messages[at].after, after > stored {
                held.append(Held(after: after, act: .send(effects.messages[at])))
            } else {
                deeds.append(.send(at))
            }
        }
        deeds.append(.publish)
        for at in released.indices where !released[at].isSend { deeds.append(.release(at)) }
        for at in effects.events.indices {
            if let after = effects.events[at].after, after > stored {
                held.append(Held(after: after, act: .tell(effects.events[at].event)))
            } else {
                deeds.append(.tell(at))
            }
        }
    }
}

/// What may have to wait for a record to reach the disk.
enum Act {
    case send(Envelope)
    case tell(Event)

    var isSend: Bool { if case .send = self { true } else { false } }
}

/// Something that must not happen before this record is on disk.
struct Held {
    let after: RecordID
    let act: Act
}
