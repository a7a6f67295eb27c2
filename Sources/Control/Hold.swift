// SPDX-License-Identifier: Apache-2.0

/// One reply of Hold.
///
///     held ─────▶ let_go ─────▶ the program closes its connection: the hand-over goes on
///      │  ◀─────     │
///      └─────────────┴────────▶ lost: the last reply
public struct HoldReply: Hashable, Sendable, Decodable, JSONWritable {
    /// How it stands with the hold.
    public enum State: String, CaseIterable, Hashable, Sendable, Decodable {
        /// This host leads, and no planned hand-over happens before this program has let go.
        case held
        /// A planned hand-over waits for this program: stop what only the leader does, then close
        /// the connection.
        case letGo = "let_go"
        /// This host leads no longer; the last reply.
        case lost
    }

    /// How it stands with the hold.
    public var state: State
    /// The epoch of the leadership that is, or was, held: the fencing token.
    public var epoch: UInt64
    /// The boot on whose clock the two instants are.
    public var bootID: String
    /// The end of the lease as it is now, on `CLOCK_BOOTTIME` in nanoseconds; 0 in the last reply.
    /// The lease page has the newest.
    public var validUntil: UInt64
    /// Until when the hand-over waits; nil while there is none.
    public var letGoBy: UInt64?

    /// Makes a reply.
    public init(
        _ state: State,
        epoch: UInt64,
        bootID: String,
        validUntil: UInt64,
        letGoBy: UInt64? = nil
    ) {
        self.state = state
        self.epoch = epoch
        self.bootID = bootID
        self.validUntil = validUntil
        self.letGoBy = letGoBy
    }

    private enum CodingKeys: String, CodingKey {
        case state, epoch
        case bootID = "boot_id"
        case validUntil = "valid_until_boottime_ns"
        case letGoBy = "let_go_by_boottime_ns"
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("state", state.rawValue)
            writer.field("epoch", epoch)
            writer.field("boot_id", bootID)
            writer.field("valid_until_boottime_ns", validUntil)
            writer.field("let_go_by_boottime_ns") { writer in
                if let letGoBy { writer.integer(letGoBy) } else { writer.null() }
            }
        }
    }
}
