// SPDX-License-Identifier: Apache-2.0

/// What is known of a row of fields: which tag is called what, and how its value reads.
///
/// It walks the bytes by itself, tag, length, value, and asks none of the project's decoders: a
/// second opinion on every byte of a golden file.
public struct Layout: Sendable {
    /// One field.
    public struct Line: Sendable {
        let name: String
        let shape: Shape

        /// A field by its name and shape.
        public init(_ name: String, _ shape: Shape) {
            self.name = name
            self.shape = shape
        }
    }

    /// How a value reads.
    public indirect enum Shape: Sendable {
        /// A big-endian number.
        case number
        /// Bytes that mean nothing to people.
        case opaque
        /// UTF-8.
        case text
        /// A key of 32 bytes and a name.
        case node
        /// A number of eight bytes and a node.
        case numbered
        /// Numbers of eight bytes, one after the other; the high bit of each is a flag.
        case table
        /// A row of fields.
        case row(Layout)
    }

    private let lines: [UInt8: Line]

    /// A layout by its tags.
    public init(_ lines: [UInt8: Line]) {
        self.lines = lines
    }

    /// One line of text a field: the digits, `#`, and what they say.
    public func lines(for bytes: ArraySlice<UInt8>, indent: String = "") -> [String] {
        var rest = bytes
        var output: [String] = []
        while rest.count >= 3 {
            let head = rest.prefix(3)
            let tag = head[head.startIndex]
            let length = Int(head[head.startIndex + 1]) << 8 | Int(head[head.startIndex + 2])
            let value = rest.dropFirst(3).prefix(length)
            rest = rest.dropFirst(3 + length)
            let line = lines[tag] ?? Line("unknown", .opaque)
            output += line.text(head: head, value: value, indent: indent)
        }
        if !rest.isEmpty { output.append("\(indent)\(hex(rest))  # cut off") }
        return output
    }
}

extension Layout.Line {
    fileprivate func text(
        head: ArraySlice<UInt8>,
        value: ArraySlice<UInt8>,
        indent: String
    ) -> [String] {
        let start = "\(indent)\(hex(head.prefix(1))) \(hex(head.dropFirst()))"
        switch shape {
        case .row(let layout):
            return ["\(start)  # \(name), \(value.count) bytes"]
                + layout.lines(for: value, indent: indent + "  ")
        case .opaque:
            return ["\(start) \(hex(value))  # \(name)"]
        case .number:
            return ["\(start) \(hex(value))  # \(name) \(number(value))"]
        case .text:
            return ["\(start) \(hex(value))  # \(name) \"\(text(value))\""]
        case .node:
            let (key, called) = (value.prefix(32), value.dropFirst(32))
            return ["\(start) \(hex(key)) \(hex(called))  # \(name) \(text(called))"]
        case .numbered:
            let (count, node) = (value.prefix(8), value.dropFirst(8))
            let (key, called) = (node.prefix(32), node.dropFirst(32))
            return [
                "\(start) \(hex(count)) \(hex(key)) \(hex(called))"
                    + "  # \(name) \(number(count)).\(text(called))"
            ]
        case .table:
            var output = ["\(start)  # \(name), \(value.count) bytes"]
            var rest = value
            while !rest.isEmpty {
                let word = number(rest.prefix(8))
                let flag = word >> 63 == 1 ? ", heard" : ", not heard"
                output.append("\(indent)  \(hex(rest.prefix(8)))  # \((word << 1) >> 1)\(flag)")
                rest = rest.dropFirst(8)
            }
            return output
        }
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

extension Layout {
    /// A member in a decree, or in a message.
    public static let member = Layout([
        1: Line("id", .node), 2: Line("role", .number), 3: Line("priority", .number),
        4: Line("address", .text), 5: Line("label", .text), 6: Line("is up", .number),
        7: Line("is drained", .number), 8: Line("asked role", .number),
        9: Line("learned address", .text),
    ])

    /// A decree.
    public static let decree = Layout([
        1: Line("cluster", .opaque), 2: Line("slot", .number), 3: Line("previous", .opaque),
        4: Line("epoch", .number), 5: Line("leader", .node), 6: Line("name", .text),
        7: Line(
            "settings",
            .row(
                Layout([
                    1: Line("lease, ms", .number), 2: Line("heartbeat, ms", .number),
                    3: Line("drift, ppm", .number), 4: Line("auto promote", .number),
                    5: Line("auto replace", .number), 6: Line("max voters", .number),
                    7: Line("down after, ms", .number), 8: Line("admission", .number),
                    9: Line("preempt after, ms", .number), 10: Line("protocol", .number),
                ])
            )
        ),
        8: Line("member", .row(member)), 9: Line("cause", .number),
        10: Line("asked by", .text), 11: Line("last request", .number),
        12: Line(
            "announced",
            .row(Layout([1: Line("name", .text), 2: Line("role", .number)]))
        ),
        13: Line(
            "pause",
            .row(Layout([1: Line("milliseconds", .number), 2: Line("since slot", .number)]))
        ),
    ])
}
