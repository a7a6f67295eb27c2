// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Session
import Wire

// Real sessions: Noise handshakes, sealed datagrams, replay windows and fragments between the
// replica and the network, as the daemon has them. Only where the keys come from is another thing:
// from the seed.

/// What a process has of the session layer.
struct Line {
    var sessions: Sessions
    /// Numbers of two runs never meet, since a peer may still hold fragments of the last.
    let firstNumber: UInt64
    /// Whom it reaches for.
    var neighbours: [Neighbour] = []
    /// When it is to be woken.
    var wakeAt: Moment?
    /// The datagrams that brought a message: none may do so twice.
    var heard: Set<UInt64> = []
}

extension World {
    /// Who is at this address now.
    private func owner(of endpoint: Endpoint) -> Int? {
        hosts.indices.first { hosts[$0].place.endpoint == endpoint }
    }

    mutating func openLine(_ host: Int) {
        let secret = Self.secret(of: hosts[host].face, incarnation: hosts[host].incarnation)
        guard let identity = StaticKey(bytes: secret),
            let key = ClusterKey(bytes: [UInt8](repeating: 7, count: 32)),
            let versions = VersionRange(
                oldest: hosts[host].versions.lowerBound,
                newest: hosts[host].versions.upperBound
            )
        else { broken("32 bytes are no key") }
        let sessions = Sessions(
            identity: identity,
            name: hosts[host].node.name,
            versions: versions,
            ring: KeyRing(key),
            using: &keyDice
        )
        hosts[host].process?.line = Line(sessions: sessions, firstNumber: keyDice.word())
    }

    static func key(of node: NodeID) -> PeerKey {
        guard let key = PeerKey(bytes: node.key.bytes) else {
            broken("a key of \(PublicKey.length) bytes is none: \(node)")
        }
        return key
    }

    // Sending.

    mutating func seal(_ host: Int, _ envelope: Envelope, _ bytes: [UInt8]) {
        guard let process = hosts[host].process, let line = process.line else { return }
        let key = Self.key(of: envelope.to)
        let at = local(host).nanoseconds
        let sealed = process.line?.sessions.seal(
            bytes,
            number: line.firstNumber &+ envelope.number,
            to: key,
            at: at
        )
        for one in sealed?.outgoing ?? [] { post(host, one, bytes) }
        if envelope.doubtsSession {
            let effects = process.line?.sessions.suspect(key, at: at, using: &keyDice)
            if let effects { attend(host, effects, nil) }
        }
        setLine(host)
    }

    private mutating func post(_ host: Int, _ outgoing: Outgoing, _ message: [UInt8]? = nil) {
        guard let to = owner(of: outgoing.endpoint) else { return }
        serials += 1
        let datagram = Datagram(bytes: outgoing.datagram, serial: serials, message: message)
        let packet = Packet(from: host, to: to, content: .sealed(datagram), sent: now)
        transmit(packet, to: hosts[to].move)
        if plan.has(.replay), calmSince == nil { record(packet) }
    }

    /// Somebody listens in, and sends what was sent before, from anywhere.
    private mutating func record(_ packet: Packet) {
        if recorded.count < 64 {
            recorded.append(packet)
        } else {
            recorded[netDice.below(64)] = packet
        }
        guard netDice.one(in: 20), strikes(.replay, on: packet.from, "somebody has listened") else {
            return
        }
        var again = recorded[netDice.below(recorded.count)]
        if netDice.one(in: 4) {
            again = Packet(
                from: netDice.below(plan.hosts),
                to: again.to,
                content: again.content,
                sent: again.sent
            )
        }
        (again.source, again.target) = (hosts[again.from].move, hosts[again.to].move)
        trace.note(now, again.from, 28, UInt64(again.to), "REPLAYED: \(again.text)")
        carry(again, for: netDice.pickLog(plan.delay.lowerBound...plan.lease * 4))
    }

    // Receiving.

    mutating func unseal(_ packet: Packet, _ datagram: Datagram) {
        let host = packet.to
        let before = hosts[host].process?.line?.sessions.drops.total ?? 0
        let effects = hosts[host].process?.line?.sessions.receive(
            datagram.bytes,
            from: Place(packet.from, packet.source).endpoint,
            at: local(host).nanoseconds,
            using: &keyDice
        )
        guard let effects else { return }
        if let drops = hosts[host].process?.line?.sessions.drops, drops.total > before {
            trace.note(now, host, 35, datagram.serial, "dropped: \(packet.text); in all \(drops)")
        }
        attend(host, effects, datagram)
        setLine(host)
    }

    mutating func attend(_ host: Int, _ effects: SessionEffects, _ datagram: Datagram?) {
        guard let run = hosts[host].process?.run else { return }
        for one in effects.outgoing { post(host, one) }
        for event in effects.events {
            guard let process = hosts[host].process, process.run == run, !process.isPaused else {
                return
            }
            switch event {
            case .message(let bytes, let session, let source):
                guard let node = NodeID(session.peer) else { continue }
                if let datagram {
                    nothingIsHeardTwice(host, datagram)
                    onlyWhatWasSentIsHeard(host, bytes, datagram)
                }
                if let place = Place(source) { notePlace(host, of: node, place) }
                guard let process = hosts[host].process, process.run == run, !process.isPaused
                else { return }
                read(host, bytes, from: node, Instant(nanoseconds: session.begun))
            case .established(let session, _), .repeatHello(let session):
                guard let node = NodeID(session.peer) else { continue }
                trace.note(now, host, 29, session.generation, "has a session with \(node)")
                let envelope = process.greet(node)
                send(host, envelope)
                setTimer(host)
            case .reachedOurselves:
                trace.note(now, host, 30, 0, "has reached its own key")
            case .unexpectedPeer, .undecryptable, .ended: break
            }
        }
    }

    mutating func read(_ host: Int, _ bytes: [UInt8], from node: NodeID, _ begun: Instant) {
        guard let message = Self.decode(bytes) else {
            return violate("whatIsSentIsRead", "n\(host + 1) cannot read \(bytes)")
        }
        trace.note(now, host, 11, UInt64(bytes.count), "hears \(node): \(message)")
        hear(host, message, from: node, begun)
    }

    // Time.

    mutating func setLine(_ host: Int) {
        guard let process = hosts[host].process, let due = process.line?.sessions.deadline else {
            return
        }
        let at = max(now + 1000, hosts[host].clock.moment(of: Instant(nanoseconds: due)))
        if let set = process.line?.wakeAt, set <= at { return }
        process.line?.wakeAt = at
        queue.plan(.line(host: host, run: process.run), at: at)
    }

    mutating func wakeLine(_ host: Int, _ run: UInt64) {
        guard let process = hosts[host].process, process.run == run,
            process.line?.wakeAt == now
        else { return }
        process.line?.wakeAt = nil
        if process.isPaused {
            process.line?.wakeAt = now + plan.lease / 10
            return queue.plan(.line(host: host, run: run), at: now + plan.lease / 10)
        }
        let at = local(host).nanoseconds
        let effects = process.line?.sessions.wake(at: at, using: &keyDice)
        if let effects { attend(host, effects, nil) }
        setLine(host)
    }

    // What must hold.

    /// A datagram brings its message once, however often it comes.
    mutating func nothingIsHeardTwice(_ host: Int, _ datagram: Datagram) {
        let isNew = hosts[host].process?.line?.heard.insert(datagram.serial).inserted ?? true
        if !isNew {
            violate("nothingIsHeardTwice", "n\(host + 1) hears datagram \(datagram.serial) again")
        }
    }

    /// What a datagram brings is what was sealed into it, whatever happened to it under way.
    mutating func onlyWhatWasSentIsHeard(
        _ host: Int,
        _ bytes: [UInt8],
        _ datagram: Datagram
    ) {
        if bytes != datagram.message {
            violate("onlyWhatWasSentIsHeard", "n\(host + 1) hears \(bytes)")
        }
    }
}

extension NodeID {
    /// Who the session says it is (R2).
    fileprivate init?(_ peer: Peer) {
        guard let key = PublicKey(peer.key.bytes) else { return nil }
        self.init(name: peer.name, key: key)
    }
}
