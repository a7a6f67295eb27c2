// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// The two phases of Paxos. A decree travels as the bytes it came in (R11) and says its own slot,
// so an Accept does not say it again.

extension PrepareRequest {
    func encode(into row: inout FieldWriter) {
        row.put(Tag.ballot, prepare.ballot)
        row.put(Tag.openSlot, number: prepare.slot)
        if let genesis {
            let count = genesis.ids.count
            invariant(count <= ClusterState.memberLimit, "\(count) founders")
            row.put(Tag.list, genesis.list)
            for id in genesis.ids { row.put(Tag.founder, id) }
        }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        let prepare = Prepare(
            ballot: try row.ballot(Tag.ballot),
            slot: try row.number(Tag.openSlot)
        )
        var genesis: Genesis?
        if let list = try row.digest(ifAny: Tag.list) {
            let ids = try row.list(Tag.founder, atMost: ClusterState.memberLimit) {
                field throws(FieldError) in try NodeID(field)
            }
            genesis = Genesis(ids: ids, list: list)
        }
        self.init(prepare: prepare, genesis: genesis)
    }
}

extension PromiseReply {
    func encode(into row: inout FieldWriter) {
        row.put(Tag.ballot, promise.ballot)
        row.put(Tag.openSlot, number: promise.slot)
        if let accepted = promise.accepted {
            row.put(Tag.decree, accepted.value.bytes)
            row.put(Tag.acceptedBallot, accepted.ballot)
        }
        row.put(Tag.writeNumber, number: writeNumber)
    }

    init<Hash: DigestFunction>(
        from row: inout FieldCursor,
        digest: Hash.Type
    ) throws(WireError) {
        let ballot = try row.ballot(Tag.ballot)
        let slot = try row.number(Tag.openSlot)
        var accepted: Proposal<Decree>?
        if let decree = try row.decree(ifAny: Tag.decree, digest: digest) {
            let under = try row.ballot(Tag.acceptedBallot)
            // What was accepted is of the slot that was asked for, and its ballot was promised.
            guard decree.slot == slot else { throw .fields(.value(tag: Tag.decree)) }
            guard under <= ballot else { throw .fields(.value(tag: Tag.acceptedBallot)) }
            accepted = Proposal(ballot: under, value: decree)
        }
        self.init(
            promise: Promise(ballot: ballot, slot: slot, accepted: accepted),
            writeNumber: try row.number(Tag.writeNumber)
        )
    }
}

extension AcceptRequest {
    func encode(into row: inout FieldWriter) {
        let decree = accept.value
        invariant(accept.slot == decree.slot, "slot \(accept.slot), decree \(decree.slot)")
        row.put(Tag.ballot, accept.ballot)
        row.put(Tag.decree, decree.bytes)
        row.put(Tag.sentAt, sentAt)
        row.put(Tag.lease, lease)
    }

    init<Hash: DigestFunction>(
        from row: inout FieldCursor,
        digest: Hash.Type
    ) throws(WireError) {
        let ballot = try row.ballot(Tag.ballot)
        let decree = try row.decree(Tag.decree, digest: digest)
        self.init(
            accept: Accept(ballot: ballot, slot: decree.slot, value: decree),
            sentAt: try row.instant(Tag.sentAt),
            lease: try row.span(Tag.lease)
        )
    }
}

extension AcceptedReply {
    func encode(into row: inout FieldWriter) {
        row.put(Tag.ballot, accepted.ballot)
        row.put(Tag.openSlot, number: accepted.slot)
        row.put(Tag.decreeID, decree)
        row.put(Tag.sentAt, sentAt)
        row.put(Tag.lease, lease)
        row.put(Tag.writeNumber, number: writeNumber)
    }

    init(from row: inout FieldCursor) throws(WireError) {
        self.init(
            accepted: Accepted(
                ballot: try row.ballot(Tag.ballot),
                slot: try row.number(Tag.openSlot)
            ),
            decree: try row.digest(Tag.decreeID),
            sentAt: try row.instant(Tag.sentAt),
            lease: try row.span(Tag.lease),
            writeNumber: try row.number(Tag.writeNumber)
        )
    }
}
