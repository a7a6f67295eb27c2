// SPDX-License-Identifier: Apache-2.0

// The three messages of a handshake as they arrive, and the session that comes of them.
//
//     initiator                         responder
//       message 1  ───────────────────▶   keeps its half for 5 s
//       session    ◀───────────────────  message 2
//       message 3 and Hello  ─────────▶  session
//                  ◀───────────────────  Hello
//
// None of them touches a session that exists: until message 3 the responder does not know whether
// message 1 was a recording, and a recording can do no more than be answered.

extension Sessions {
    mutating func receiveMessage1(
        _ datagram: [UInt8],
        from source: Endpoint,
        at now: Int64,
        _ effects: inout SessionEffects,
        _ random: inout some RandomNumberGenerator
    ) -> DropCause? {
        guard datagram.count == DatagramSize.message1 else { return .malformed }
        halfOpen.removeAll { now - $0.begun >= limits.halfOpenNs }
        if let known = halfOpen.firstIndex(where: { $0.message1 == datagram }) {
            guard halfOpen[known].answers < limits.answersMax else { return .tooManyHalfOpen }
            halfOpen[known].answers += 1
            effects.outgoing.append(
                Outgoing(datagram: halfOpen[known].message2, endpoint: source)
            )
            return nil
        }
        guard let clusterKey = ring.key(proving: datagram) else { return .badProof }
        let question = Self.proof(of: datagram)
        guard !peers.contains(where: { $0.sessions.contains { $0.question == question } }) else {
            return .duplicate
        }
        guard makeRoom(for: source) else { return .tooManyHalfOpen }

        var noise = handshake(isInitiator: false, under: clusterKey, &random)
        let remoteIndex = datagram.littleEndian(at: DatagramSize.prefix, as: UInt32.self)
        let localIndex = freeIndex(&random)
        var answer = [datagramVersion, DatagramKind.message2.rawValue]
        answer.append(littleEndian: remoteIndex)
        answer.append(littleEndian: localIndex)
        do throws(HandshakeError) {
            _ = try noise.read(Self.noisePart(of: datagram, after: DatagramSize.index))
            answer.append(contentsOf: try noise.write(introduction.bytes))
        } catch {
            return .handshake
        }
        clusterKey.addProof(to: &answer)
        let half = HalfOpen(
            message1: datagram,
            message2: answer,
            source: source,
            localIndex: localIndex,
            remoteIndex: remoteIndex,
            clusterKey: clusterKey,
            noise: noise,
            begun: now
        )
        halfOpen.append(half)
        effects.outgoing.append(Outgoing(datagram: answer, endpoint: source))
        return nil
    }

    /// Whether one more half-open handshake may be kept. Members come first: recorded first
    /// messages from elsewhere must not keep them out.
    private mutating func makeRoom(for source: Endpoint) -> Bool {
        guard halfOpen.count(where: { $0.source == source }) < limits.halfOpenMaxPerSource else {
            return false
        }
        if halfOpen.count < limits.halfOpenMax { return true }
        guard member(at: source) != nil,
            let stranger = halfOpen.firstIndex(where: { member(at: $0.source) == nil })
        else { return false }
        halfOpen.remove(at: stranger)
        return true
    }

    mutating func receiveMessage2(
        _ datagram: [UInt8],
        from source: Endpoint,
        at now: Int64,
        _ effects: inout SessionEffects,
        _ random: inout some RandomNumberGenerator
    ) -> DropCause? {
        guard datagram.count == DatagramSize.message2 else { return .malformed }
        let index = datagram.littleEndian(at: DatagramSize.prefix, as: UInt32.self)
        guard let known = openings.firstIndex(where: { $0.attempt.localIndex == index }) else {
            return place(ofSession: index) == nil ? .noHandshake : .duplicate
        }
        let attempt = openings[known].attempt
        guard attempt.clusterKey.proves(datagram) else { return .badProof }

        var noise = attempt.noise
        var message3 = [datagramVersion, DatagramKind.message3.rawValue]
        let remoteIndex = datagram.littleEndian(
            at: DatagramSize.prefix + DatagramSize.index,
            as: UInt32.self
        )
        message3.append(littleEndian: remoteIndex)
        let payload: [UInt8]
        do throws(HandshakeError) {
            payload = try noise.read(Self.noisePart(of: datagram, after: 2 * DatagramSize.index))
            message3.append(contentsOf: try noise.write(introduction.bytes))
        } catch {
            return .handshake
        }
        attempt.clusterKey.addProof(to: &message3)
        guard let met = Introduction(bytes: payload), let remote = noise.remoteStatic else {
            return .handshake
        }
        let expected = openings[known].expected
        let found = expected == nil ? openings[known].endpoints : []
        if let expected, expected != remote {
            effects.outgoing += goOn(known, without: source, at: now, &random)
        } else {
            openings.remove(at: known)
        }
        guard remote != key else {
            effects.events.append(.reachedOurselves(source))
            return .ourselves
        }
        let session = LiveSession(
            description: describe(met, of: remote, as: .initiator, begun: attempt.begun, at: now),
            localIndex: index,
            remoteIndex: remoteIndex,
            clusterKey: attempt.clusterKey,
            keys: noise.split(),
            question: [],
            message3: message3
        )
        return establish(
            session,
            expected: expected,
            foundAt: found,
            from: source,
            at: now,
            &effects
        )
    }

    /// Somebody else is at one of the peer's places: it has moved, say, and another has its old
    /// address. It is looked for at the others, for as long as a message 1 lasts.
    private mutating func goOn(
        _ known: Int,
        without source: Endpoint,
        at now: Int64,
        _ random: inout some RandomNumberGenerator
    ) -> [Outgoing] {
        var places = openings[known].endpoints
        places.removeAll { $0 == source }
        guard !places.isEmpty, places.count < openings[known].endpoints.count else {
            openings.remove(at: known)
            return []
        }
        (openings[known].endpoints, openings[known].isOnce) = (places, true)
        restart(known, at: now, &random)
        return Self.message1(of: openings[known])
    }

    /// Message 3, and the datagram of the new session that it precedes.
    mutating func receiveMessage3(
        _ datagram: [UInt8],
        from source: Endpoint,
        at now: Int64,
        _ effects: inout SessionEffects
    ) -> DropCause? {
        guard datagram.count >= DatagramSize.message3 else { return .malformed }
        let message3 = [UInt8](datagram[..<DatagramSize.message3])
        let index = message3.littleEndian(at: DatagramSize.prefix, as: UInt32.self)
        halfOpen.removeAll { now - $0.begun >= limits.halfOpenNs }
        let isRepeated: Bool
        if let known = halfOpen.firstIndex(where: { $0.localIndex == index }) {
            isRepeated = false
            let refused = finish(known, with: message3, from: source, at: now, &effects)
            if let refused { return refused }
        } else if let place = place(ofSession: index) {
            // Known by its bytes, so a forged one is not looked at any further.
            let session = peers[place.peer].sessions[place.session]
            guard session.description.role == .responder, session.message3 == message3 else {
                return .noHandshake
            }
            isRepeated = true
        } else {
            // The datagram behind it names no session either: that is what we count and act on.
            return datagram.count > DatagramSize.message3 ? .noSession : .noHandshake
        }
        let rest = [UInt8](datagram[DatagramSize.message3...])
        guard !rest.isEmpty else { return isRepeated ? .duplicate : nil }
        if let refused = receiveFollowing(rest, from: source, at: now, &effects) { return refused }
        if isRepeated { askForHello(index, at: now, &effects) }
        return nil
    }

    private mutating func receiveFollowing(
        _ datagram: [UInt8],
        from source: Endpoint,
        at now: Int64,
        _ effects: inout SessionEffects
    ) -> DropCause? {
        guard datagram.count >= DatagramSize.transportMin, datagram[0] == datagramVersion,
            let kind = DatagramKind(rawValue: datagram[1]), kind == .whole || kind == .fragment
        else { return .malformed }
        return receiveTransport(datagram, from: source, at: now, &effects)
    }

    private mutating func finish(
        _ known: Int,
        with message3: [UInt8],
        from source: Endpoint,
        at now: Int64,
        _ effects: inout SessionEffects
    ) -> DropCause? {
        let half = halfOpen[known]
        guard half.clusterKey.proves(message3) else { return .badProof }
        var noise = half.noise
        guard
            let payload = try? noise.read(Self.noisePart(of: message3, after: DatagramSize.index)),
            let met = Introduction(bytes: payload), let remote = noise.remoteStatic
        else { return .handshake }
        halfOpen.remove(at: known)
        guard remote != key else {
            effects.events.append(.reachedOurselves(source))
            return .ourselves
        }
        let session = LiveSession(
            description: describe(met, of: remote, as: .responder, begun: half.begun, at: now),
            localIndex: half.localIndex,
            remoteIndex: half.remoteIndex,
            clusterKey: half.clusterKey,
            keys: noise.split(),
            question: Self.proof(of: half.message1),
            message3: message3
        )
        return establish(session, expected: nil, from: source, at: now, &effects)
    }

    /// The initiator goes on putting message 3 before new datagrams: it has not heard our Hello.
    private mutating func askForHello(
        _ index: UInt32,
        at now: Int64,
        _ effects: inout SessionEffects
    ) {
        guard let place = place(ofSession: index) else { return }
        let session = peers[place.peer].sessions[place.session]
        guard now - session.helloAsked >= limits.repeatHelloNs else { return }
        peers[place.peer].sessions[place.session].helloAsked = now
        effects.events.append(.repeatHello(session.description))
    }

    /// The Noise message between the header, whose numbers take `indexBytes`, and the proof.
    private static func noisePart(of datagram: [UInt8], after indexBytes: Int) -> [UInt8] {
        let start = DatagramSize.prefix + indexBytes
        return [UInt8](datagram[start..<(datagram.count - ClusterKey.proofBytes)])
    }

    private static func proof(of datagram: [UInt8]) -> [UInt8] {
        [UInt8](datagram.suffix(ClusterKey.proofBytes))
    }
}
