// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Wire

// The record as a row of fields. Key, cluster and write number stand in front of it, in the head of
// the copy, where they can be read without it.

/// The tags are for ever.
private enum Tag {
    static let name: UInt8 = 1, origin: UInt8 = 2, founder: UInt8 = 3, decided: UInt8 = 4
    static let promised: UInt8 = 5, acceptedBallot: UInt8 = 6, accepted: UInt8 = 7
    static let maxLease: UInt8 = 8, isRemoved: UInt8 = 9
}

/// The tags of one host of the initial list.
private enum FounderTag {
    static let name: UInt8 = 1, address: UInt8 = 2
}

private enum OriginKind {
    static let bootstrap: UInt8 = 1, join: UInt8 = 2
}

/// Why the content of a whole copy is no record: it was written by another release, or by a bug.
enum RecordError: Error, Hashable, CustomStringConvertible {
    case fields(FieldError)
    case decree(DecreeError)
    case objection(String)

    var description: String {
        switch self {
        case .fields(let error): "its \(error)"
        case .decree(let error): "it holds \(error)"
        case .objection(let text): text
        }
    }
}

extension Record {
    /// What makes this a record that nobody can start from; nil where nothing does.
    var objection: String? {
        guard id.number >= 1, id.number < Ballot.roundLimit else {
            return "its write number is \(id.number)"
        }
        guard !node.name.isEmpty, node.key != .none else { return "it is nobody's" }
        if let accepted {
            guard accepted.ballot <= promised else {
                return "it accepted \(accepted.ballot) and promised only \(promised)"
            }
            let open = (decided?.slot ?? 0) + 1
            guard accepted.value.slot == open else {
                return "it accepted slot \(accepted.value.slot) while \(open) was open"
            }
        }
        guard maxLease >= .zero, maxLease <= .leaseLimit else {
            return "its longest grant is \(maxLease)"
        }
        return nil
    }

    /// The fields.
    var encoded: [UInt8] {
        var row = FieldWriter()
        row.put(Tag.name, node.name)
        switch origin {
        case .bootstrap(let list):
            row.put(Tag.origin, OriginKind.bootstrap)
            for entry in list.entries { row.put(Tag.founder) { entry.encode(into: &$0) } }
        case .join:
            row.put(Tag.origin, OriginKind.join)
        }
        if let decided { row.put(Tag.decided, decided.bytes) }
        row.put(Tag.promised, promised)
        if let accepted {
            row.put(Tag.acceptedBallot, accepted.ballot)
            row.put(Tag.accepted, accepted.value.bytes)
        }
        row.put(Tag.maxLease, maxLease)
        if isRemoved { row.put(Tag.isRemoved, UInt8(1)) }
        return row.bytes
    }

    /// The record whose fields these are, with what its head says.
    init<Hash: RecordHash>(
        _ bytes: [UInt8],
        id: RecordID,
        key: PublicKey,
        hash: Hash.Type
    ) throws(RecordError) {
        let parts: Parts<Hash>
        do { parts = try Parts(FieldReader(bytes)) } catch { throw .fields(error) }
        self.init(
            id: id,
            node: NodeID(name: parts.name, key: key),
            origin: parts.isFounder ? .bootstrap(InitialList(parts.founders)) : .join,
            decided: try Self.decree(parts.decided, hash),
            promised: parts.promised,
            maxLease: parts.maxLease,
            isRemoved: parts.isRemoved
        )
        if let ballot = parts.acceptedBallot {
            guard let decree = try Self.decree(parts.accepted, hash) else {
                throw .fields(.missing(tag: Tag.accepted))
            }
            accepted = Proposal(ballot: ballot, value: decree)
        }
        if let objection { throw .objection(objection) }
    }

    private static func decree<Hash: RecordHash>(
        _ bytes: [UInt8]?,
        _ hash: Hash.Type
    ) throws(RecordError) -> Decree? {
        guard let bytes else { return nil }
        do { return try Decree(decoding: bytes, digest: hash) } catch { throw .decree(error) }
    }
}

/// The fields as they are read, one after another.
private struct Parts<Hash: RecordHash> {
    var name = ""
    var isFounder = false
    var founders: [InitialList.Entry] = []
    var decided: [UInt8]?
    var promised = Ballot.zero
    var acceptedBallot: Ballot?
    var accepted: [UInt8]?
    var maxLease = Span.zero
    var isRemoved = false

    init(_ reader: FieldReader) throws(FieldError) {
        var row = reader
        var seen: [UInt8] = []
        while let field = try row.next() {
            seen.append(field.tag)
            switch field.tag {
            case Tag.name: name = try field.text(atMost: NodeID.nameLimit)
            case Tag.origin:
                let kind: UInt8 = try field.number()
                guard kind == OriginKind.bootstrap || kind == OriginKind.join else {
                    throw .value(tag: field.tag)
                }
                isFounder = kind == OriginKind.bootstrap
            case Tag.founder: founders.append(try InitialList.Entry(field.fields))
            case Tag.decided: decided = try field.bytes()
            case Tag.promised: promised = try field.ballotOrZero()
            case Tag.acceptedBallot: acceptedBallot = try field.ballotOrZero()
            case Tag.accepted: accepted = try field.bytes()
            case Tag.maxLease: maxLease = try field.span()
            case Tag.isRemoved: isRemoved = try field.number(UInt8.self) != 0
            // What this release does not know it would lose at its first write: it must not begin.
            default: throw .value(tag: field.tag)
            }
        }
        for tag in [Tag.name, Tag.origin, Tag.promised, Tag.maxLease] where !seen.contains(tag) {
            throw .missing(tag: tag)
        }
    }
}

extension InitialList.Entry {
    fileprivate func encode(into row: inout FieldWriter) {
        row.put(FounderTag.name, name)
        for address in addresses { row.put(FounderTag.address, address) }
    }

    fileprivate init(_ row: FieldReader) throws(FieldError) {
        var row = row
        self.init(name: "", addresses: [])
        while let field = try row.next() {
            switch field.tag {
            case FounderTag.name: name = try field.text(atMost: NodeID.nameLimit)
            case FounderTag.address:
                addresses.append(try field.text(atMost: Member.addressLength))
            default: throw .value(tag: field.tag)
            }
        }
    }
}
