// SPDX-License-Identifier: Apache-2.0

/// What we keep for each peer: where it is, how we talk to it, what of it is under way.
struct PeerState: Sendable {
    let key: PeerKey
    /// Where the owner says it is: its addresses in the decree. Empty for who is no member.
    private(set) var configured: [Endpoint] = []
    /// Where its newest datagram came from.
    private(set) var roamed: Endpoint?
    /// Where our datagrams go: to all of `configured`, and to `roamed` if that is yet another.
    private(set) var targets: [Endpoint] = []
    /// Where we looked before we knew for whom, and found it; empty for a member.
    var found: [Endpoint] = []
    /// In the order in which they were established: we send on the last, and hear all.
    var sessions: [LiveSession] = []
    var reassembly = Reassembly()
    /// The session by which the peer spoke last: the one that it sends on, as far as we know.
    var speaksOn: UInt32?
    /// Before this moment no suspicion begins a handshake.
    var trustedUntil: Int64 = .min

    init(key: PeerKey) { self.key = key }

    /// The owner knows it, so it is never forgotten by itself.
    var isMember: Bool { !configured.isEmpty }

    mutating func configure(_ endpoints: [Endpoint]) {
        guard configured != endpoints else { return }
        configured = endpoints
        trustedUntil = .min
        updateTargets()
    }

    /// The place of a session that makes room for another: the oldest that the peer does not use.
    var dispensable: Int? {
        sessions.firstIndex { $0.localIndex != speaksOn }
    }

    /// The peer's newest authenticated datagram came from `source`. That is one more way to reach
    /// it and never replaces the others: a datagram can be carried off and sent from elsewhere.
    mutating func heard(from source: Endpoint) {
        guard roamed != source else { return }
        roamed = source
        updateTargets()
    }

    /// Where it may answer a message 1: who is no member, has moved, and then came home, is no more
    /// where it was heard last, and nobody else could say where it is.
    var resorts: [Endpoint] { targets + found.filter { !targets.contains($0) } }

    private mutating func updateTargets() {
        targets = configured
        if let roamed, !configured.contains(roamed) { targets.append(roamed) }
    }

    /// When it last proved to be alive, on any session.
    var lastHeard: Int64? { sessions.map(\.lastHeard).max() }
}
