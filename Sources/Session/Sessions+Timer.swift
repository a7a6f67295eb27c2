// SPDX-License-Identifier: Apache-2.0

// What happens by itself: message 1 again, new keys after an hour, old sessions at an end.

extension Sessions {
    /// When `wake` has something to do, in nanoseconds of `CLOCK_BOOTTIME`; nil if never. Any call
    /// that changes this value may move it, to earlier or later.
    public var deadline: Int64? {
        var earliest: Int64 = .max
        for opening in openings {
            earliest = min(earliest, opening.retryAt)
        }
        for peer in peers {
            for session in peer.sessions {
                earliest = min(earliest, end(of: session, with: peer))
            }
            earliest = min(earliest, rekeying(of: peer), departure(of: peer))
        }
        return earliest == .max ? nil : earliest
    }

    /// Does what is due. Early or late does no harm.
    public mutating func wake(
        at now: Int64,
        using random: inout some RandomNumberGenerator
    ) -> SessionEffects {
        var effects = SessionEffects()
        endSessions(at: now, &effects, &random)
        for known in peers.indices where rekeying(of: peers[known]) <= now {
            effects.outgoing += beginOnSuspicion(known, at: now, &random) ?? []
        }
        retryOpenings(at: now, &effects, &random)
        return effects
    }

    /// Takes over a new key ring. Sessions under a key that is no longer in it get successors at
    /// once and end within five seconds; all others go on.
    public mutating func replaceRing(
        _ ring: KeyRing,
        at now: Int64,
        using random: inout some RandomNumberGenerator
    ) -> SessionEffects {
        self.ring = ring
        halfOpen.removeAll { !ring.keys.contains($0.clusterKey) }
        var effects = SessionEffects()
        for known in peers.indices {
            for number in peers[known].sessions.indices
            where !ring.keys.contains(peers[known].sessions[number].clusterKey)
                && peers[known].sessions[number].endsAt == nil
            {
                peers[known].sessions[number].endsAt = now + limits.withdrawnKeyNs
            }
        }
        // Those under way begin anew, with the key that is now the first.
        for number in openings.indices where openings[number].attempt.clusterKey != ring.first {
            restart(number, at: now, &random)
            effects.outgoing += Self.message1(of: openings[number])
        }
        let due = wake(at: now, using: &random)
        effects.outgoing += due.outgoing
        effects.events += due.events
        return effects
    }

    private mutating func endSessions(
        at now: Int64,
        _ effects: inout SessionEffects,
        _ random: inout some RandomNumberGenerator
    ) {
        for known in peers.indices.reversed() {
            let peer = peers[known]
            let isDeparted = departure(of: peer) <= now
            let ended = peer.sessions.filter { isDeparted || end(of: $0, with: peer) <= now }
            guard isDeparted || !ended.isEmpty else { continue }
            effects.events += ended.map { .ended($0.description) }
            peers[known].sessions.removeAll { session in
                ended.contains { $0.localIndex == session.localIndex }
            }
            guard isDeparted else { continue }
            peers.remove(at: known)
            // The owner still wants whoever is there.
            let again = begin(at: peer.found, expecting: nil, at: now, using: &random)
            effects.outgoing += again.outgoing
        }
    }

    private mutating func retryOpenings(
        at now: Int64,
        _ effects: inout SessionEffects,
        _ random: inout some RandomNumberGenerator
    ) {
        openings.removeAll { $0.isOnce && now - $0.attempt.begun >= limits.openingNs }
        for number in openings.indices where openings[number].retryAt <= now {
            if now - openings[number].attempt.begun >= limits.openingNs {
                openings[number].attempt = makeAttempt(at: now, &random)
            }
            let next = max(2 * openings[number].retryNs, limits.retryFirstNs)
            openings[number].retryNs = min(next, limits.retryMaxNs)
            openings[number].retryAt = now + openings[number].retryNs
            effects.outgoing += Self.message1(of: openings[number])
        }
    }

    mutating func restart(
        _ number: Int,
        at now: Int64,
        _ random: inout some RandomNumberGenerator
    ) {
        openings[number].attempt = makeAttempt(at: now, &random)
        openings[number].retryNs = limits.retryFirstNs
        openings[number].retryAt = now + limits.retryFirstNs
    }

    /// When a session ends unless something of it comes before.
    ///
    /// If both sides begin at the same moment, each may take the other's session for the last one.
    /// Then one of ours is replaced and yet the one that the peer sends on; it stays, however long
    /// the two have nothing to say to each other.
    private func end(of session: LiveSession, with peer: PeerState) -> Int64 {
        var silent: Int64 = .max
        if let replaced = session.replaced, session.localIndex != peer.speaksOn {
            silent = max(replaced, session.lastHeard) + limits.silenceNs
        }
        return min(silent, session.endsAt ?? .max)
    }

    /// When a handshake is due beside the session that we send on.
    private func rekeying(of peer: PeerState) -> Int64 {
        guard let session = peer.sessions.last,
            !openings.contains(where: { $0.expected == peer.key })
        else { return .max }
        let described = session.description
        let grace = described.role == .initiator ? 0 : limits.rekeyGraceNs
        var due = described.established + limits.rekeyNs + grace
        if session.sealed >= limits.rekeyDatagrams || session.endsAt != nil {
            due = described.established
        }
        return max(due, peer.trustedUntil)
    }

    /// When a peer that is no member is forgotten.
    private func departure(of peer: PeerState) -> Int64 {
        guard !peer.isMember else { return .max }
        return (peer.lastHeard ?? .min) + limits.strangerNs
    }
}
