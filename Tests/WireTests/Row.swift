// SPDX-License-Identifier: Apache-2.0

/// A message taken apart into its fields, to be changed and put together again.
struct Row {
    let kind: UInt8
    var fields: [(tag: UInt8, value: [UInt8])] = []

    init(_ message: [UInt8]) {
        kind = message[1]
        var rest = message.dropFirst(4)
        while let tag = rest.popFirst(), let high = rest.popFirst(), let low = rest.popFirst() {
            let length = Int(high) << 8 | Int(low)
            fields.append((tag, Array(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
    }

    /// The bytes of the whole message.
    var bytes: [UInt8] {
        var row: [UInt8] = []
        for (tag, value) in fields {
            row += [tag, UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value
        }
        return [1, kind, UInt8(row.count >> 8), UInt8(row.count & 0xFF)] + row
    }

    /// The message with one field more, behind the last whose tag is not higher.
    func adding(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] {
        var row = self
        let at = fields.firstIndex { $0.tag > tag } ?? fields.count
        row.fields.insert((tag, value), at: at)
        return row.bytes
    }

    /// The message without a field.
    func removing(_ tag: UInt8) -> [UInt8] {
        var row = self
        row.fields.removeAll { $0.tag == tag }
        return row.bytes
    }

    /// The message with another value in a field.
    func replacing(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] {
        var row = self
        for at in row.fields.indices where row.fields[at].tag == tag {
            row.fields[at].value = value
        }
        return row.bytes
    }
}
