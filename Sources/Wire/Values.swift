// SPDX-License-Identifier: Apache-2.0

package import Election
package import Paxos

// What fields hold, on the wire and on disk, with the bounds that keep every later sum far from
// overflow: numbers (slots, rounds, epochs, write numbers) and points in time are below 2⁶² (R3),
// spans within `leaseLimit`. A value of our own beyond them is our bug. One from outside is refused
// from 2⁶¹ on, for ours is often the next one after it.

extension Span {
    /// No lease, grant or hold-off is longer: twice the longest lease that may be set, since a
    /// leader that restarts asks once for more than its lease.
    package static let leaseLimit = Span.milliseconds(120_000)
}

extension FieldWriter {
    package mutating func put(_ tag: UInt8, number: UInt64) {
        invariant(number < Ballot.roundLimit, "field \(tag) holds \(number)")
        put(tag, number)
    }

    mutating func put(_ tag: UInt8, _ instant: Instant) {
        invariant(instant >= .zero, "field \(tag) holds \(instant)")
        put(tag, number: UInt64(instant.nanoseconds))
    }

    package mutating func put(_ tag: UInt8, _ span: Span) {
        invariant(span >= .zero && span <= .leaseLimit, "field \(tag) holds \(span)")
        put(tag, UInt64(span.nanoseconds))
    }

    mutating func put(_ tag: UInt8, _ flag: Bool) {
        put(tag, UInt8(flag ? 1 : 0))
    }

    mutating func put(_ tag: UInt8, versions: ClosedRange<UInt8>) {
        put(tag, UInt16(versions.lowerBound) << 8 | UInt16(versions.upperBound))
    }

    mutating func put(_ tag: UInt8, number: UInt64, of node: NodeID) {
        invariant(number < Ballot.roundLimit, "field \(tag) holds \(number) of \(node)")
        put(tag, number, of: node)
    }

    package mutating func put(_ tag: UInt8, _ ballot: Ballot) {
        put(tag, number: ballot.round, of: ballot.owner)
    }
}

extension Field {
    package func boundedNumber() throws(FieldError) -> UInt64 {
        let value: UInt64 = try number()
        guard value < Ballot.heardLimit else { throw .value(tag: tag) }
        return value
    }

    func numberOfNode() throws(FieldError) -> (number: UInt64, node: NodeID) {
        let (head, tail) = try split(at: 8)
        return (try head.boundedNumber(), try NodeID(tail))
    }

    package func span() throws(FieldError) -> Span {
        let span = Span(nanoseconds: Int64(try boundedNumber()))
        guard span <= .leaseLimit else { throw .value(tag: tag) }
        return span
    }

    /// A ballot, or none: round 0 is nobody's.
    package func ballotOrZero() throws(FieldError) -> Ballot {
        let (round, owner) = try numberOfNode()
        guard round == 0 ? owner == .nobody : owner.key != .none else { throw .value(tag: tag) }
        return Ballot(round: round, owner: owner)
    }

    func flag() throws(FieldError) -> Bool {
        let value: UInt8 = try number()
        guard value <= 1 else { throw .value(tag: tag) }
        return value == 1
    }
}

extension FieldCursor {
    mutating func number(_ tag: UInt8) throws(WireError) -> UInt64 {
        try field(tag).reading { field throws(FieldError) in try field.boundedNumber() }
    }

    mutating func instant(_ tag: UInt8) throws(WireError) -> Instant {
        Instant(nanoseconds: Int64(try number(tag)))
    }

    mutating func span(_ tag: UInt8) throws(WireError) -> Span {
        try field(tag).reading { field throws(FieldError) in try field.span() }
    }

    mutating func flag(_ tag: UInt8) throws(WireError) -> Bool {
        try field(tag).reading { field throws(FieldError) in try field.flag() }
    }

    /// One of a few values, each with its number.
    mutating func choice<Choice: RawRepresentable>(
        _ tag: UInt8,
        _: Choice.Type = Choice.self
    ) throws(WireError) -> Choice where Choice.RawValue == UInt8 {
        try field(tag).reading { field throws(FieldError) in
            guard let choice = Choice(rawValue: try field.number()) else {
                throw .value(tag: field.tag)
            }
            return choice
        }
    }

    mutating func versions(_ tag: UInt8) throws(WireError) -> ClosedRange<UInt8> {
        try field(tag).reading { field throws(FieldError) in
            let both: UInt16 = try field.number()
            let (low, high) = (UInt8(both >> 8), UInt8(both & 0xFF))
            guard low >= 1, low <= high else { throw .value(tag: field.tag) }
            return low...high
        }
    }

    mutating func ballotOrZero(_ tag: UInt8) throws(WireError) -> Ballot {
        try field(tag).reading { field throws(FieldError) in try field.ballotOrZero() }
    }

    /// A ballot under which something is asked or answered.
    mutating func ballot(_ tag: UInt8) throws(WireError) -> Ballot {
        let ballot = try ballotOrZero(tag)
        guard ballot != .zero else { throw .fields(.value(tag: tag)) }
        return ballot
    }

    mutating func node(ifAny tag: UInt8) throws(WireError) -> NodeID? {
        try field(ifAny: tag)?.reading { field throws(FieldError) in try NodeID(field) }
    }

    mutating func digest(_ tag: UInt8) throws(WireError) -> Digest {
        try field(tag).reading { field throws(FieldError) in try Digest(field) }
    }

    mutating func digest(ifAny tag: UInt8) throws(WireError) -> Digest? {
        try field(ifAny: tag)?.reading { field throws(FieldError) in try Digest(field) }
    }

    mutating func text(ifAny tag: UInt8, atMost limit: Int) throws(WireError) -> String? {
        try field(ifAny: tag)?.reading { field throws(FieldError) in
            try field.text(atMost: limit)
        }
    }

    /// A sentence for people. It comes to a journal and to a terminal: whatever would begin another
    /// line there, or move a cursor, is read as a space.
    mutating func sentence(atMost limit: Int) throws(WireError) -> String {
        guard let text = try text(ifAny: Tag.sentence, atMost: limit) else {
            throw .fields(.missing(tag: Tag.sentence))
        }
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: " "
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    mutating func decree<Hash: DigestFunction>(
        _ tag: UInt8,
        digest: Hash.Type
    ) throws(WireError) -> Decree {
        guard let decree = try decree(ifAny: tag, digest: digest) else {
            throw .fields(.missing(tag: tag))
        }
        return decree
    }

    mutating func decree<Hash: DigestFunction>(
        ifAny tag: UInt8,
        digest: Hash.Type
    ) throws(WireError) -> Decree? {
        guard let field = try field(ifAny: tag) else { return nil }
        let bytes = try field.reading { field throws(FieldError) in try field.bytes() }
        do { return try Decree(decoding: bytes, digest: digest) } catch { throw .decree(error) }
    }
}
