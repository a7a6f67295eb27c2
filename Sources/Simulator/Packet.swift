// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// What the network carries.
struct Packet {
    let from: Int
    let to: Int
    var content: Content
    let sent: Moment
    /// What happened to it under way.
    var damage = Damage.none

    enum Content {
        /// The handshakes of sketched sessions, and what is said over them.
        case first(session: Int)
        case second(session: Int, run: UInt64)
        case letter(Letter, session: Int)
    }

    enum Damage {
        case none
        /// Bits turned over.
        case flipped
        /// The end is missing.
        case cut
    }
}

/// A message as it is under way: bytes.
struct Letter {
    var bytes: [UInt8]
    /// The envelope's number and how often it was sent before: what the trace says of it.
    let number: UInt64
    let attempt: Int
    /// Message 3 goes in front of all that the initiator sends until it hears something.
    let withThird: Bool
}
