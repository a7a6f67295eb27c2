// SPDX-License-Identifier: Apache-2.0

/// JSON written by hand, straight into bytes.
///
/// A daemon that has nothing to do still rewrites its status four times a second, and an answer to
/// GetLeader should cost less than the system calls round it. So what we send is not encoded through
/// Codable but written field by field, in an order that never changes; the tests read it back with
/// JSONDecoder.
public struct JSONWriter {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false
    /// Where the digits of each moment stand, in their order; see `MovingText`.
    private(set) var moments: [Range<Int>] = []

    /// Makes an empty writer with room for `capacity` bytes.
    public init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// Empties the writer and keeps its room.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        moments.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// Adds a byte that is not JSON, such as the NUL behind a message.
    public mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    /// `{…}`
    public mutating func object(_ fields: (inout JSONWriter) -> Void) {
        nested(UInt8(ascii: "{"), UInt8(ascii: "}"), fields)
    }

    /// `[…]`
    public mutating func array<Element>(
        _ elements: [Element],
        _ each: (inout JSONWriter, Element) -> Void
    ) {
        nested(UInt8(ascii: "["), UInt8(ascii: "]")) { writer in
            for element in elements { each(&writer, element) }
        }
    }

    /// `"name":` followed by what `value` writes.
    public mutating func field(_ name: StaticString, _ value: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        value(&self)
    }

    /// `"name":"value"`
    public mutating func field(_ name: StaticString, _ value: String) {
        field(name) { $0.string(value) }
    }

    /// `"name":"value"` or `"name":null`
    public mutating func field(_ name: StaticString, _ value: String?) {
        field(name) { writer in
            if let value { writer.string(value) } else { writer.null() }
        }
    }

    /// `"name":value`
    public mutating func field(_ name: StaticString, _ value: some BinaryInteger) {
        field(name) { $0.integer(value) }
    }

    /// `"name":value` or `"name":null`, of a point in time that moves on while all else stays.
    mutating func field(_ name: StaticString, moment: UInt64?) {
        field(name) { writer in
            guard let moment else { return writer.null() }
            let start = writer.bytes.count
            writer.integer(moment)
            writer.moments.append(start..<writer.bytes.count)
        }
    }

    /// `"name":true` or `"name":false`
    public mutating func field(_ name: StaticString, _ value: Bool) {
        field(name) { writer in
            writer.separate()
            writer.bytes.append(contentsOf: (value ? "true" : "false").utf8)
        }
    }

    /// `"name":{"key":"value",…}`
    public mutating func field(_ name: StaticString, _ labels: Labels) {
        field(name) { writer in
            writer.object { writer in
                for label in labels.pairs {
                    writer.string(label.key)
                    writer.bytes.append(UInt8(ascii: ":"))
                    writer.needsComma = false
                    writer.string(label.value)
                }
            }
        }
    }

    /// A string in quotes. Escaped is what RFC 8259 section 7 says must be, and nothing else.
    public mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        if isPlain(text.utf8.span) {
            bytes.append(contentsOf: text.utf8)
        } else {
            escape(text)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(hexadecimal(byte >> 4))
                bytes.append(hexadecimal(byte & 15))
            default:
                bytes.append(byte)
            }
        }
    }

    /// A whole number.
    public mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes.append(decimal: value)
    }

    /// `null`
    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    private mutating func nested(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void)
    {
        separate()
        bytes.append(open)
        needsComma = false
        body(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}

/// Whether nothing in it has to be escaped.
private func isPlain(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
        let byte = text[index]
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
    }
    return true
}

private func hexadecimal(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
