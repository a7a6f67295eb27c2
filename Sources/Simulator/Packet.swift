// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// What the network carries: the three messages of a handshake, and what is said over a session.
struct Packet {
    let from: Int
    let to: Int
    let session: Int
    let content: Content
    let sent: Moment

    enum Content {
        case first
        case second(run: UInt64)
        /// Message 3 goes in front of all that the initiator sends until it hears something.
        case data(Envelope, withThird: Bool)
    }

    /// As it reads in a trace.
    var text: String {
        let road = "n\(from + 1) -> n\(to + 1)"
        switch content {
        case .first: return "\(road) handshake"
        case .second: return "\(road) handshake answered"
        case .data(let envelope, _):
            let again = envelope.attempt > 0 ? " (again, \(envelope.attempt))" : ""
            return "\(road) \(envelope.message)\(again)"
        }
    }
}

/// A session as both ends see it. In a world without eavesdroppers nothing else of it matters: who
/// may read what, since when, and whether a run that is gone had a part in it.
struct Session {
    let initiator: Int
    let responder: Int
    let initiatorRun: UInt64
    var responderRun: UInt64 = 0
    /// When each end began, on its own clock (R23b).
    let begun: Instant
    var answered = Instant.zero
    var isInitiated = false
    var isResponded = false
    /// Whether the initiator has heard anything on it.
    var isHeard = false
    /// When the responder last repeated its Hello.
    var greeted: Moment = -1 << 40

    /// Who authenticated themselves: a host that has lost its disk since is another.
    let initiatorNode: NodeID
    var responderNode: NodeID

    init(
        initiator: Int,
        responder: Int,
        run: UInt64,
        begun: Instant,
        nodes: (NodeID, NodeID)
    ) {
        (initiatorNode, responderNode) = nodes
        self.initiator = initiator
        self.responder = responder
        initiatorRun = run
        self.begun = begun
    }
}
