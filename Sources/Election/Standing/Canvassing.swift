// SPDX-License-Identifier: Apache-2.0

// What the others have said of how long they are bound to somebody else. A candidate that would
// disturb a lease asks around instead, and stands when a majority is free (R19).

import Paxos

/// A canvass under way: who was asked and what they said (R19).
struct Canvassing: Hashable, Sendable {
    struct Reply: Hashable, Sendable {
        let node: NodeID
        let reply: CanvassReply
        let at: Instant

        /// When the node will be free, by its own word and our clock, or is to be asked again. One
        /// that is bound to nobody and does not serve us lags, or nobody has greeted it yet: it is
        /// not asked as fast as it answers. One that is bound for long may be let go of (R18): it
        /// is asked after two leases.
        func freeAt(lease: Span) -> Instant {
            if reply.serves { return at }
            if reply.freeIn > .zero { return at + min(reply.freeIn, lease * 2) }
            return at + RoundTrip.beforeAnySample
        }
    }

    let slot: Slot
    let since: Instant
    var replies: [Reply] = []

    mutating func note(_ reply: CanvassReply, of node: NodeID, at now: Instant) {
        replies.removeAll { $0.node == node }
        replies.append(Reply(node: node, reply: reply, at: now))
    }

    func reply(of node: NodeID) -> Reply? {
        place(of: node).map { replies[$0] }
    }

    /// When the node will be free, or is to be asked again; nil before it has answered.
    func freeAt(of node: NodeID, lease: Span) -> Instant? {
        place(of: node).map { replies[$0].freeAt(lease: lease) }
    }

    /// In place, for a reply is large.
    private func place(of node: NodeID) -> Int? {
        for at in replies.indices where replies[at].node == node { return at }
        return nil
    }
}
