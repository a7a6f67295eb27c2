// SPDX-License-Identifier: Apache-2.0

// From a datagram to what it means. Each check is cheaper than what it stands before: length and
// version, then whether the numbers name something that we have, then a hash, then decryption, and
// public keys last of all.

extension Sessions {
    /// Takes a datagram as it came from the network.
    ///
    /// Anything may be in it; what is of no use is dropped and counted in `drops`.
    ///
    /// - Parameters:
    ///   - source: Where it came from. Nothing but the next answer rests on it.
    ///   - now: Nanoseconds of `CLOCK_BOOTTIME`.
    ///   - random: Read only when a handshake makes a new key.
    public mutating func receive(
        _ datagram: consuming [UInt8],
        from source: Endpoint,
        at now: Int64,
        using random: inout some RandomNumberGenerator
    ) -> SessionEffects {
        var effects = SessionEffects()
        guard datagram.count >= DatagramSize.prefix, datagram.count <= DatagramSize.max else {
            drops[.malformed] += 1
            return effects
        }
        guard datagram[0] == datagramVersion else {
            drops[.version] += 1
            return effects
        }
        let refused: DropCause?
        switch DatagramKind(rawValue: datagram[1]) {
        case .whole, .fragment:
            refused = receiveTransport(datagram, from: source, at: now, &effects)
        case .message1:
            refused = receiveMessage1(datagram, from: source, at: now, &effects, &random)
        case .message2:
            refused = receiveMessage2(datagram, from: source, at: now, &effects, &random)
        case .message3:
            refused = receiveMessage3(datagram, from: source, at: now, &effects)
        case nil:
            refused = .malformed
        }
        if let refused { drops[refused] += 1 }
        if refused == .noSession || refused == .authentication {
            answerUndecryptable(from: source, at: now, &effects, &random)
        }
        return effects
    }

    /// - Returns: Why it went no further, or nil.
    mutating func receiveTransport(
        _ datagram: consuming [UInt8],
        from source: Endpoint,
        at now: Int64,
        _ effects: inout SessionEffects
    ) -> DropCause? {
        guard datagram.count >= DatagramSize.transportMin else { return .malformed }
        let isWhole = datagram[1] == DatagramKind.whole.rawValue
        let index = datagram.littleEndian(at: DatagramSize.prefix, as: UInt32.self)
        guard let place = place(ofSession: index) else { return .noSession }
        let session = peers[place.peer].sessions[place.session].description
        let plaintext: [UInt8]
        switch peers[place.peer].sessions[place.session].open(datagram, at: now) {
        case .dropped(let cause):
            return cause
        case .plaintext(let opened, let isNewest):
            plaintext = opened
            peers[place.peer].speaksOn = index
            if isNewest { peers[place.peer].heard(from: source) }
        }
        guard !isWhole else {
            effects.events.append(.message(plaintext, over: session, from: source))
            return nil
        }
        guard let fragment = Fragment(plaintext: plaintext) else { return .badFragment }
        var dropped: UInt64 = 0
        let outcome = peers[place.peer].reassembly.add(fragment, at: now, dropped: &dropped)
        drops[.incomplete] += dropped
        switch outcome {
        case .waiting: return nil
        case .contradiction: return .badFragment
        case .complete(let message):
            effects.events.append(.message(message, over: session, from: source))
            return nil
        }
    }

    /// Where the session stands that the datagrams of its peer call `index`.
    func place(ofSession index: UInt32) -> (peer: Int, session: Int)? {
        for peer in peers.indices {
            for session in peers[peer].sessions.indices
            where peers[peer].sessions[session].localIndex == index {
                return (peer, session)
            }
        }
        return nil
    }

    /// The member that is to be found at `source`, as far as we know.
    func member(at source: Endpoint) -> Int? {
        peers.firstIndex { $0.isMember && $0.targets.contains(source) }
    }

    /// A member sends what we cannot read: it may have a session with our last run. We begin a new
    /// one, since no message could tell it to that an attacker could not forge.
    private mutating func answerUndecryptable(
        from source: Endpoint,
        at now: Int64,
        _ effects: inout SessionEffects,
        _ random: inout some RandomNumberGenerator
    ) {
        guard
            let known = member(at: source),
            let begun = beginOnSuspicion(known, at: now, &random)
        else { return }
        effects.outgoing.append(contentsOf: begun)
        effects.events.append(.undecryptable(from: source, peer: peers[known].key))
    }
}
