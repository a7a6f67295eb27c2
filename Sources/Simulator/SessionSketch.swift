// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// A session as both ends see it, without the cryptography. In a world without eavesdroppers
/// nothing else of it matters: who may read what, since when, and whether a run that is gone had a
/// part in it. The profile `session` has the real ones.
struct SessionSketch {
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
