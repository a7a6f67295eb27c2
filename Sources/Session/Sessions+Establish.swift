// SPDX-License-Identifier: Apache-2.0

// A handshake is done: the new session takes its place before the older ones.

extension Sessions {
    /// The next generation, in the owner's words.
    mutating func describe(
        _ met: Introduction,
        of remote: PeerKey,
        as role: HandshakeRole,
        begun: Int64,
        at now: Int64
    ) -> EstablishedSession {
        generation += 1
        return EstablishedSession(
            peer: Peer(key: remote, name: met.name, versions: met.versions),
            role: role,
            generation: generation,
            begun: begun,
            established: now
        )
    }

    /// - Parameters:
    ///   - expected: Whom we looked for, if we knew.
    ///   - found: Where we looked, if we did not.
    /// - Returns: Why it cannot be kept, or nil.
    mutating func establish(
        _ session: LiveSession,
        expected: PeerKey?,
        foundAt found: [Endpoint] = [],
        from source: Endpoint,
        at now: Int64,
        _ effects: inout SessionEffects
    ) -> DropCause? {
        let peer = session.description.peer.key
        guard let place = placeForPeer(peer, &effects) else { return .tooManyPeers }
        for older in peers[place].sessions.indices
        where peers[place].sessions[older].replaced == nil {
            peers[place].sessions[older].replaced = now
        }
        if peers[place].sessions.count >= limits.sessionsPerPeerMax,
            let dispensable = peers[place].dispensable
        {
            let ended = peers[place].sessions.remove(at: dispensable)
            effects.events.append(.ended(ended.description))
        }
        peers[place].sessions.append(session)
        peers[place].speaksOn = session.localIndex
        peers[place].heard(from: source)
        // What we had begun with the same peer is overtaken.
        var found = found
        openings.removeAll { opening in
            if opening.expected == peer { return true }
            guard opening.expected == nil, opening.endpoints.contains(source) else { return false }
            found = opening.endpoints
            return true
        }
        if !found.isEmpty { peers[place].found = found }
        effects.events.append(.established(session.description, from: source))
        if let expected, expected != peer {
            if let absent = position(of: expected) {
                peers[absent].trustedUntil = now + limits.mistakenNs
            }
            effects.events.append(
                .unexpectedPeer(expected: expected, found: session.description, from: source)
            )
        }
        return nil
    }

    /// Where `peer` stands, or is made room for: a peer that is no member makes way, the one that
    /// was silent for longest first.
    private mutating func placeForPeer(
        _ peer: PeerKey,
        _ effects: inout SessionEffects
    ) -> Int? {
        if let known = position(of: peer) { return known }
        if peers.count >= limits.peersMax {
            let strangers = peers.indices.filter { !peers[$0].isMember }
            let quietest = strangers.min {
                (peers[$0].lastHeard ?? .min) < (peers[$1].lastHeard ?? .min)
            }
            guard let quietest else { return nil }
            for session in peers.remove(at: quietest).sessions {
                effects.events.append(.ended(session.description))
            }
        }
        return insert(peer)
    }
}
