// SPDX-License-Identifier: Apache-2.0

// One entry of the journal as the bytes of one datagram: a line `NAME=value` for each field, and for
// a value of several lines its length in front (https://systemd.io/JOURNAL_NATIVE_PROTOCOL).
//
// libsystemd could send it, but sd_journal_sendv(3) waits for a journal that hangs, and in a daemon
// whose heartbeats must leave on time nobody waits for a journal. So the bytes are made here, and
// whoever has them sends them without waiting.

/// The fields of an entry, encoded.
public struct JournalEntry: Hashable, Sendable {
    /// What goes into the datagram.
    public private(set) var bytes: [UInt8] = []

    /// An entry without a field.
    public init() {}

    /// Where journald(8) takes datagrams.
    public static let socketPath = "/run/systemd/journal/socket"

    /// Adds a field.
    ///
    /// - Parameter name: capital letters, digits and underscores; not a digit or underscore first.
    public mutating func add(_ name: String, _ value: String) {
        bytes += name.utf8
        if value.utf8.contains(UInt8(ascii: "\n")) {
            bytes.append(UInt8(ascii: "\n"))
            let count = UInt64(value.utf8.count)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(8 * $0)) }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += value.utf8
        bytes.append(UInt8(ascii: "\n"))
    }
}
