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
    /// Which of their places it was sent from and goes to.
    var source = 0
    var target = 0

    enum Content {
        /// The handshakes of sketched sessions, and what is said over them.
        case first(session: Int)
        case second(session: Int, run: UInt64)
        case letter(Letter, session: Int)
        /// What real sessions send.
        case sealed(Datagram)
    }

    enum Damage {
        case none
        /// Bits turned over.
        case flipped
        /// The end is missing.
        case cut
    }

    /// As it reads in a trace.
    var text: String {
        let road = "n\(from + 1) -> n\(to + 1)"
        switch content {
        case .first: return "\(road) handshake"
        case .second: return "\(road) handshake answered"
        case .letter(let letter, _):
            let again = letter.attempt > 0 ? " (again, \(letter.attempt))" : ""
            guard let message = World.decode(letter.bytes) else {
                return "\(road) \(letter.bytes.count) bytes"
            }
            return "\(road) \(message)\(again)"
        case .sealed(let datagram):
            return "\(road) datagram \(datagram.serial), \(datagram.bytes.count) bytes"
        }
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

/// A datagram of a real session.
struct Datagram {
    var bytes: [UInt8]
    /// Which of all that were ever sealed: copies of it have the same.
    let serial: UInt64
    /// What was sealed, whole even if this is a fragment; nil for a handshake.
    let message: [UInt8]?
}
