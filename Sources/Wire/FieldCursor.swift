// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// Reads the fields of a message by asking for them in ascending order.
///
/// Because tags never descend, a decoder needs no loop over whatever comes: it asks for one tag
/// after another, what stands between two of them is unknown and is passed over, and a field that
/// is missing shows at once.
struct FieldCursor {
    private var reader: FieldReader
    private var ahead: Field?

    init(_ reader: FieldReader) throws(WireError) {
        self.reader = reader
        try advance()
    }

    private mutating func advance() throws(WireError) {
        do { ahead = try reader.next() } catch { throw .fields(error) }
    }

    /// The next field with this tag, of any number that there may be.
    mutating func next(_ tag: UInt8) throws(WireError) -> Field? {
        while let field = ahead, field.tag < tag { try advance() }
        guard let field = ahead, field.tag == tag else { return nil }
        try advance()
        return field
    }

    /// The one field with this tag; nil if there is none, an error if there are two.
    mutating func field(ifAny tag: UInt8) throws(WireError) -> Field? {
        guard let field = try next(tag) else { return nil }
        guard ahead?.tag != tag else { throw .fields(.disorder(tag: tag)) }
        return field
    }

    /// The one field with this tag, which must be there.
    mutating func field(_ tag: UInt8) throws(WireError) -> Field {
        guard let field = try field(ifAny: tag) else { throw .fields(.missing(tag: tag)) }
        return field
    }

    /// All fields with this tag, at most so many.
    mutating func list<Element>(
        _ tag: UInt8,
        atMost limit: Int,
        _ element: (Field) throws(FieldError) -> Element
    ) throws(WireError) -> [Element] {
        var list: [Element] = []
        while let field = try next(tag) {
            guard list.count < limit else { throw .fields(.length(tag: tag)) }
            list.append(try field.reading(element))
        }
        return list
    }

    /// The rest is unknown, but must be whole.
    mutating func finish() throws(WireError) {
        while ahead != nil { try advance() }
    }
}

extension Field {
    /// Asks the field for its value; what is wrong with it becomes an error of the message.
    func reading<Value>(
        _ value: (Field) throws(FieldError) -> Value
    ) throws(WireError) -> Value {
        do { return try value(self) } catch { throw .fields(error) }
    }
}
