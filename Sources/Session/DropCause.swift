// SPDX-License-Identifier: Apache-2.0

/// Why a datagram, or what was in it, went no further.
///
/// Nothing here is answered: an answer would tell a stranger that somebody is listening, and a
/// network does all of this by itself, now and then. It is counted, so that a rare accident can be
/// told from a steady fault.
public enum DropCause: Int, CaseIterable, Sendable {
    /// Too short, too long, or of a kind that we do not know.
    case malformed
    /// Of a datagram format that we do not speak.
    case version
    /// A handshake datagram that no key of our ring proves: a stranger, or a wrong cluster key.
    case badProof
    /// A first message, while too many handshakes that others began are under way.
    case tooManyHalfOpen
    /// A second or third message of a handshake that is not, or no longer, under way.
    case noHandshake
    /// A handshake datagram that has done its work already: usually a copy over another path.
    case duplicate
    /// A handshake that holds the cluster key and fails all the same.
    case handshake
    /// A handshake with ourselves: our own address is in a list, or somebody runs a copy of us.
    case ourselves
    /// A peer too many; all that we know are members.
    case tooManyPeers
    /// A datagram of a session that we do not, or no longer, have.
    case noSession
    /// A counter that was there before or is too old: usually a copy over another path.
    case replay
    /// Damaged, forged, or not from the peer whose session it names.
    case authentication
    /// A fragment whose place, length or message makes no sense.
    case badFragment
    /// A message of several fragments that was given up: its rest did not come in ten seconds, or
    /// newer messages needed the room.
    case incomplete
}

/// How often each cause was met since the start.
public struct DropCounts: Sendable, Equatable {
    private var counts = [UInt64](repeating: 0, count: DropCause.allCases.count)

    /// The count of one cause.
    public internal(set) subscript(cause: DropCause) -> UInt64 {
        get { counts[cause.rawValue] }
        set { counts[cause.rawValue] = newValue }
    }

    /// All of them together.
    public var total: UInt64 { counts.reduce(0, +) }
}

extension DropCounts: CustomStringConvertible {
    /// `cause=count` for each cause that was met, in the order of the declaration.
    public var description: String {
        DropCause.allCases.filter { self[$0] > 0 }.map { "\($0)=\(self[$0])" }
            .joined(separator: " ")
    }
}
