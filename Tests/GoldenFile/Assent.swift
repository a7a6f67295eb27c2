// SPDX-License-Identifier: Apache-2.0

public import Election
public import Paxos

/// What a host answers that has nothing against what it is asked; nil where nothing is asked.
///
/// - Parameter slot: the slot of its newest decree.
public func assent(to body: Message.Body, holding slot: Slot) -> Message.Body? {
    switch body {
    case .canvass:
        .canvassReply(
            CanvassReply(durableSlot: slot, promised: .zero, freeIn: .zero, serves: true)
        )
    case .prepare(let request):
        .promise(
            PromiseReply(
                promise: Promise(
                    ballot: request.prepare.ballot,
                    slot: request.prepare.slot,
                    accepted: nil
                ),
                writeNumber: 1
            )
        )
    case .accept(let request):
        .accepted(
            AcceptedReply(
                accepted: Accepted(ballot: request.accept.ballot, slot: request.accept.slot),
                decree: request.accept.value.id,
                sentAt: request.sentAt,
                lease: request.lease,
                writeNumber: 1
            )
        )
    case .heartbeat(let heartbeat):
        .ack(
            Ack(
                ballot: heartbeat.ballot,
                slot: heartbeat.slot,
                sentAt: heartbeat.sentAt,
                lease: heartbeat.lease,
                durableSlot: heartbeat.slot,
                writeNumber: 1
            )
        )
    default: nil
    }
}
