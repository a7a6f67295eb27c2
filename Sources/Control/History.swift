// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// One decree as this host's history has it: a line of the file `history`, an element of the reply
/// of GetHistory.
public struct HistoryEntry: Hashable, Sendable, Decodable {
    /// When this host learned it, by the wall clock and for people: `2026-11-21T01:20:01Z`.
    public var time: String
    /// Its slot.
    public var decree: UInt64
    /// The generation of leadership.
    public var epoch: UInt64
    /// Who leads by it.
    public var leader: String
    /// What is different from the decree that this host knew before.
    public var change: String
    /// A fixed word for why it was made.
    public var cause: String
    /// The member on which somebody asked for it; empty if nobody did.
    public var askedBy: String

    /// Makes an entry.
    public init(
        time: String,
        decree: UInt64,
        epoch: UInt64,
        leader: String,
        change: String,
        cause: String,
        askedBy: String
    ) {
        self.time = time
        self.decree = decree
        self.epoch = epoch
        self.leader = leader
        self.change = change
        self.cause = cause
        self.askedBy = askedBy
    }

    /// Reads a line of the file; nil for one that a crash or somebody's editor has spoilt.
    public init?(line: some Sequence<UInt8>) {
        guard let entry = try? JSONDecoder().decode(HistoryEntry.self, from: Data(line)) else {
            return nil
        }
        self = entry
    }

    private enum CodingKeys: String, CodingKey {
        case time, decree, epoch, leader, change, cause
        case askedBy = "asked_by"
    }
}

extension HistoryEntry: JSONWritable {
    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("time", time)
            writer.field("decree", decree)
            writer.field("epoch", epoch)
            writer.field("leader", leader)
            writer.field("change", change)
            writer.field("cause", cause)
            writer.field("asked_by", askedBy)
        }
    }
}

/// The reply of GetHistory.
public struct HistoryReply: Hashable, Sendable, Decodable, JSONWritable {
    /// The oldest first.
    public var entries: [HistoryEntry]

    /// Makes a reply.
    public init(entries: [HistoryEntry]) { self.entries = entries }

    /// A whole Varlink reply of entries that are JSON already, NUL included.
    public static func reply(of entries: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes = Array(#"{"parameters":{"entries":["#.utf8)
        bytes += entries.joined(separator: [UInt8(ascii: ",")])
        return bytes + Array("]}}\0".utf8)
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("entries") { writer in
                writer.array(entries) { $1.write(to: &$0) }
            }
        }
    }
}
