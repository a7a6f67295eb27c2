// SPDX-License-Identifier: Apache-2.0

/// A value that knows its JSON.
public protocol JSONWritable {
    /// Writes one JSON value.
    func write(to writer: inout JSONWriter)
}

extension JSONWritable {
    /// The JSON alone, without a newline or a NUL.
    public var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// A whole Varlink reply with this value as its parameters, NUL included.
    ///
    /// - Parameter continues: whether more replies to the same call follow.
    public func reply(continues: Bool = false) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("parameters") { write(to: &$0) }
            if continues { writer.field("continues", true) }
        }
        writer.append(0)
        return writer.bytes
    }
}
