// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// Heartbeat, Ack, Release and Refuse. The first two are most of the traffic: all their fields have
// a fixed width, and the leader's table is one field of eight bytes a member.

/// The high bit of an entry of the table: "I hear it". Write numbers are below 2⁶², so it is free.
private let heardBit: UInt64 = 1 << 63

extension Heartbeat {
    func encode(into row: inout FieldWriter) {
        invariant(table.count <= ClusterState.memberLimit, "a table of \(table.count)")
        row.put(Tag.ballot, ballot)
        row.put(Tag.openSlot, number: slot)
        row.put(Tag.sentAt, sentAt)
        row.put(Tag.lease, lease)
        row.put(Tag.leaseLeft, leaseLeft)
        if !table.isEmpty { row.put(Tag.table, table.encoded) }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        self.init(
            ballot: try row.ballot(Tag.ballot),
            slot: try row.number(Tag.openSlot),
            sentAt: try row.instant(Tag.sentAt),
            lease: try row.span(Tag.lease),
            leaseLeft: try row.span(Tag.leaseLeft),
            table: try row.field(ifAny: Tag.table)?.reading { field throws(FieldError) in
                try [TableEntry](field)
            } ?? []
        )
    }
}

extension [Heartbeat.TableEntry] {
    fileprivate var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 * count)
        for entry in self {
            let number = entry.writeNumber
            invariant(number < Ballot.roundLimit, "a write number of \(number)")
            let word = number | (entry.isHeard ? heardBit : 0)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return bytes
    }

    fileprivate init(_ field: Field) throws(FieldError) {
        guard field.count % 8 == 0, field.count <= 8 * ClusterState.memberLimit else {
            throw .length(tag: field.tag)
        }
        self = []
        reserveCapacity(field.count / 8)
        var rest = field
        while rest.count > 0 {
            let (head, tail) = try rest.split(at: 8)
            let word: UInt64 = try head.number()
            let number = word & ~heardBit
            guard number < Ballot.heardLimit else { throw .value(tag: field.tag) }
            append(.init(writeNumber: number, isHeard: word & heardBit != 0))
            rest = tail
        }
    }
}

extension Ack {
    func encode(into row: inout FieldWriter) {
        row.put(Tag.ballot, ballot)
        row.put(Tag.openSlot, number: slot)
        row.put(Tag.sentAt, sentAt)
        row.put(Tag.lease, lease)
        row.put(Tag.durableSlot, number: durableSlot)
        row.put(Tag.writeNumber, number: writeNumber)
        for node in alsoHears { row.put(Tag.alsoHears, node) }
        if let leaderAddress { row.put(Tag.leaderAddress, leaderAddress) }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        self.init(
            ballot: try row.ballot(Tag.ballot),
            slot: try row.number(Tag.openSlot),
            sentAt: try row.instant(Tag.sentAt),
            lease: try row.span(Tag.lease),
            durableSlot: try row.number(Tag.durableSlot),
            writeNumber: try row.number(Tag.writeNumber),
            alsoHears: try row.list(Tag.alsoHears, atMost: ClusterState.memberLimit) {
                field throws(FieldError) in try NodeID(field)
            },
            leaderAddress: try row.text(ifAny: Tag.leaderAddress, atMost: Member.addressLength)
        )
    }
}

extension Release {
    func encode(into row: inout FieldWriter) {
        row.put(Tag.ballot, ballot)
        if let successor { row.put(Tag.successor, successor) }
        if isUnfit { row.put(Tag.unfit, true) }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        let ballot = try row.ballot(Tag.ballot)
        let successor = try row.node(ifAny: Tag.successor)
        let isUnfit = try row.field(ifAny: Tag.unfit)?.reading { field throws(FieldError) in
            try field.flag()
        }
        self.init(ballot: ballot, successor: successor, isUnfit: isUnfit ?? false)
    }
}

extension Refusal {
    func encode(into row: inout FieldWriter) {
        row.put(Tag.ballot, ballot)
        row.put(Tag.freeIn, freeIn)
        row.put(Tag.promised, promised)
        row.put(Tag.reason, reason.rawValue)
    }

    init(from row: inout FieldCursor) throws(WireError) {
        let ballot = try row.ballotOrZero(Tag.ballot)
        let freeIn = try row.span(Tag.freeIn)
        self.init(
            ballot: ballot,
            promised: try row.ballotOrZero(Tag.promised),
            freeIn: freeIn,
            reason: try row.choice(Tag.reason)
        )
    }
}
