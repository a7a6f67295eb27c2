// SPDX-License-Identifier: Apache-2.0

// Beginning a handshake: message 1, again and again until somebody answers.
//
// Before there is a decree the owner knows places, not peers: it begins at each without expecting
// anybody. Whoever answers is sent to where its words come from; but should it fall silent, it is looked
// for at that place as well, until the owner abandons it:
//
//     begin at B ──▶ n2 answers from B       B is where n2 was found
//     n2 moves, says so, and comes home      we speak to where nobody is
//     suspect n2 ──▶ message 1 to B too      there it is

extension Sessions {
    /// Begins a handshake with whoever is at `endpoints`, and goes on trying until it is answered,
    /// the peer is forgotten, or `abandon` is called.
    ///
    /// If one with the same peer, or at the same endpoints, is under way already, this only takes
    /// over the endpoints.
    ///
    /// - Parameters:
    ///   - endpoints: Where message 1 goes, in addition to where `expected` is known to be.
    ///   - expected: Whose answer is expected, if it is known; another's is told as
    ///     `unexpectedPeer` and gets a session all the same.
    ///   - now: Nanoseconds of `CLOCK_BOOTTIME`.
    public mutating func begin(
        at endpoints: [Endpoint],
        expecting expected: PeerKey?,
        at now: Int64,
        using random: inout some RandomNumberGenerator
    ) -> SessionEffects {
        guard expected != key else { return SessionEffects() }
        var all = endpoints
        if let expected {
            for endpoint in self.endpoints(of: expected) where !all.contains(endpoint) {
                all.append(endpoint)
            }
        }
        let underWay = openings.firstIndex {
            expected != nil ? $0.expected == expected : $0.endpoints == endpoints
        }
        if let underWay {
            if !all.isEmpty { openings[underWay].endpoints = all }
            openings[underWay].isOnce = false
            return SessionEffects()
        }
        guard !all.isEmpty else { return SessionEffects() }
        return SessionEffects(
            outgoing: open(all, expecting: expected, isOnce: false, at: now, &random)
        )
    }

    /// Stops trying to reach whoever is at `endpoints`, as begun without expecting anybody; also
    /// whoever was found there is no longer looked for at them.
    public mutating func abandon(_ endpoints: [Endpoint]) {
        openings.removeAll { $0.expected == nil && $0.endpoints == endpoints }
        for known in peers.indices where peers[known].found == endpoints {
            peers[known].found = []
        }
    }

    /// The peer has left three requests unanswered: begins a handshake with it, in case it was
    /// started anew and knows none of our sessions. At most once a second for a peer, however often
    /// this is called; the sessions that there are go on.
    public mutating func suspect(
        _ peer: PeerKey,
        at now: Int64,
        using random: inout some RandomNumberGenerator
    ) -> SessionEffects {
        guard let known = position(of: peer) else { return SessionEffects() }
        return SessionEffects(outgoing: beginOnSuspicion(known, at: now, &random) ?? [])
    }

    /// Nil if nothing was begun, because something is under way or was a moment ago.
    mutating func beginOnSuspicion(
        _ known: Int,
        at now: Int64,
        _ random: inout some RandomNumberGenerator
    ) -> [Outgoing]? {
        let peer = peers[known]
        guard !peer.resorts.isEmpty,
            !openings.contains(where: { $0.expected == peer.key }),
            peer.trustedUntil <= now
        else { return nil }
        peers[known].trustedUntil = now + limits.suspicionNs
        return open(
            peer.resorts,
            expecting: peer.key,
            isOnce: !peer.isMember,
            at: now,
            &random
        )
    }

    private mutating func open(
        _ endpoints: [Endpoint],
        expecting expected: PeerKey?,
        isOnce: Bool,
        at now: Int64,
        _ random: inout some RandomNumberGenerator
    ) -> [Outgoing] {
        let opening = Opening(
            endpoints: endpoints,
            expected: expected,
            isOnce: isOnce,
            attempt: makeAttempt(at: now, &random),
            retryAt: now + limits.retryFirstNs,
            retryNs: limits.retryFirstNs
        )
        openings.append(opening)
        return Self.message1(of: opening)
    }

    /// A fresh message 1, with a key of its own.
    mutating func makeAttempt(
        at now: Int64,
        _ random: inout some RandomNumberGenerator
    ) -> Opening.Attempt {
        let index = freeIndex(&random)
        let clusterKey = ring.first
        var noise = handshake(isInitiator: true, under: clusterKey, &random)
        var datagram = [datagramVersion, DatagramKind.message1.rawValue]
        datagram.append(littleEndian: index)
        let padding = [UInt8](repeating: 0, count: DatagramSize.message1Padding)
        do {
            datagram.append(contentsOf: try noise.write(padding))
        } catch {
            preconditionFailure("message 1 uses no key of others, yet: \(error)")
        }
        clusterKey.addProof(to: &datagram)
        return Opening.Attempt(
            localIndex: index,
            clusterKey: clusterKey,
            noise: noise,
            message1: datagram,
            begun: now
        )
    }

    static func message1(of opening: Opening) -> [Outgoing] {
        opening.endpoints.map { Outgoing(datagram: opening.attempt.message1, endpoint: $0) }
    }

    /// Our side of a new handshake, with a new ephemeral key.
    func handshake(
        isInitiator: Bool,
        under clusterKey: ClusterKey,
        _ random: inout some RandomNumberGenerator
    ) -> NoiseHandshake {
        NoiseHandshake(
            .xxPSK3,
            isInitiator: isInitiator,
            prologue: handshakePrologue,
            preSharedKey: clusterKey.preSharedKey,
            ownStatic: identity,
            ownEphemeral: StaticKey(using: &random)
        )
    }

    /// A random number that names nothing of ours yet.
    func freeIndex(_ random: inout some RandomNumberGenerator) -> UInt32 {
        while true {
            let index = UInt32(truncatingIfNeeded: random.next())
            if place(ofSession: index) == nil,
                !openings.contains(where: { $0.attempt.localIndex == index }),
                !halfOpen.contains(where: { $0.localIndex == index })
            {
                return index
            }
        }
    }
}
