// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// Hello, Canvass and its reply: what hosts say to each other before one of them stands. Nothing
// here is a promise (R19, R23).

extension Hello {
    func encode(into row: inout FieldWriter) {
        row.put(Tag.writeNumber, number: writeNumber)
        row.put(Tag.run, run)
        invariant(heard.count <= ClusterState.memberLimit, "heard of \(heard.count) nodes")
        for entry in heard { row.put(Tag.heard, number: entry.number, of: entry.node) }
    }

    init(from row: inout FieldCursor, versions: ClosedRange<UInt8>) throws(WireError) {
        let writeNumber = try row.number(Tag.writeNumber)
        let run = try row.field(Tag.run).reading { field throws(FieldError) in
            try field.number(UInt64.self)
        }
        let heard = try row.list(Tag.heard, atMost: ClusterState.memberLimit) {
            field throws(FieldError) in
            let (number, node) = try field.numberOfNode()
            return HeardNumber(node: node, number: number)
        }
        self.init(run: run, writeNumber: writeNumber, heard: heard, versions: versions)
    }
}

extension Canvass {
    func encode(into row: inout FieldWriter) {
        if let list { row.put(Tag.list, list) }
        for name in names { row.put(Tag.listed, name) }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        self.init(list: try row.digest(ifAny: Tag.list), names: try row.listedNames())
    }
}

extension CanvassReply {
    func encode(into row: inout FieldWriter) {
        row.put(Tag.freeIn, freeIn)
        row.put(Tag.durableSlot, number: durableSlot)
        row.put(Tag.promised, promised)
        row.put(Tag.serves, serves)
        if let blank {
            row.put(Tag.list, blank.list)
            row.put(Tag.member) { blank.member.encode(into: &$0) }
            for name in blank.names { row.put(Tag.listed, name) }
        }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        let freeIn = try row.span(Tag.freeIn)
        let durableSlot = try row.number(Tag.durableSlot)
        let promised = try row.ballotOrZero(Tag.promised)
        let serves = try row.flag(Tag.serves)
        var blank: Blank?
        if let list = try row.digest(ifAny: Tag.list) {
            let member = try row.field(Tag.member).reading { field throws(FieldError) in
                var understood = true
                return try Member(field.fields, understood: &understood)
            }
            blank = Blank(member: member, list: list, names: try row.listedNames())
        }
        self.init(
            durableSlot: durableSlot,
            promised: promised,
            freeIn: freeIn,
            serves: serves,
            blank: blank
        )
    }
}

extension FieldCursor {
    /// The names of a list of founders.
    fileprivate mutating func listedNames() throws(WireError) -> [String] {
        try list(Tag.listed, atMost: ClusterState.memberLimit) { field throws(FieldError) in
            let name = try field.text(atMost: NodeID.nameLimit)
            guard NodeID(name: name, key: .none).isNameValid else { throw .value(tag: field.tag) }
            return name
        }
    }
}
