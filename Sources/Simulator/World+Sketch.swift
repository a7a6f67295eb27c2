// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Wire

// Sketched sessions: a handshake of three messages, Hello each way, and what a run that is gone had
// agreed on is good for nothing (DESIGN section 6).

extension World {
    mutating func receive(_ packet: Packet) {
        let (host, other) = (packet.to, packet.from)
        guard let run = hosts[host].process?.run else { return }
        switch packet.content {
        case .sealed(let datagram): unseal(packet, datagram)
        case .first(let at):
            // Message 1 came again, long after: that handshake is over.
            if sessions[at].isInitiated, sessions[at].responderRun != run { return }
            if sessions[at].responderRun != run {
                sessions[at].responderRun = run
                sessions[at].responderNode = hosts[host].node
                sessions[at].answered = local(host)
            }
            transmit(
                Packet(from: host, to: other, content: .second(session: at, run: run), sent: now),
                to: packet.source
            )
        case .second(let at, let responderRun):
            guard sessions[at].initiatorRun == run, !sessions[at].isInitiated,
                sessions[at].responderRun == responderRun
            else { return }
            sessions[at].isInitiated = true
            hosts[host].process?.links[other].session = at
            hosts[host].process?.links[other].opening = nil
            noteSource(of: packet)
            greet(host, other)
        case .letter(let letter, let at):
            let withThird = letter.withThird
            let isInitiator = sessions[at].initiator == host
            let own = isInitiator ? sessions[at].initiatorRun : sessions[at].responderRun
            guard own == run else { return undecryptable(host, from: other) }
            guard let message = open(packet, letter.bytes) else { return }
            noteSource(of: packet)
            if isInitiator {
                sessions[at].isHeard = true
            } else if !sessions[at].isResponded {
                guard withThird else { return undecryptable(host, from: other) }
                sessions[at].isResponded = true
                hosts[host].process?.links[other].session = at
                sessions[at].greeted = now
                greet(host, other)
            } else if withThird, now - sessions[at].greeted >= 10_000_000 {
                sessions[at].greeted = now
                greet(host, other)
            }
            trace.note(now, host, 11, letter.number, "hears \(packet.text)")
            let begun = isInitiator ? sessions[at].begun : sessions[at].answered
            let node = sender(of: at, to: host)
            notePlace(host, of: node, Place(other, packet.source))
            guard let process = hosts[host].process, process.run == run, !process.isPaused else {
                return
            }
            hear(host, message, from: node, begun)
        }
    }

    /// Whom the session authenticated: a host that was wiped since then is another.
    private func sender(of session: Int, to host: Int) -> NodeID {
        let session = sessions[session]
        return session.initiator == host ? session.responderNode : session.initiatorNode
    }

    private mutating func greet(_ host: Int, _ other: Int) {
        let node = hosts[other].node
        guard let envelope = hosts[host].process?.greet(node) else { return }
        send(host, envelope)
        setTimer(host)
    }

    /// Sends over the newest session; without one it begins one.
    mutating func send(_ host: Int, _ envelope: Envelope) {
        checkSent(host, envelope)
        let bytes = envelope.message.encoded
        if isIdle { count(host, bytes.count, to: envelope.to) }
        if plan.isSealed { return seal(host, envelope, bytes) }
        guard let other = hosts.firstIndex(where: { $0.node.name == envelope.to.name }),
            let link = hosts[host].process?.links[other]
        else { return }
        // What was for an identity that this host had before reaches its own key, and that is no
        // session (DropCause.ourselves).
        guard other != host else { return }
        if envelope.doubtsSession { suspect(host, other) }
        guard let at = link.session else { return beginHandshake(host, other) }
        // The one it is for is gone for good, and another has its name.
        guard sender(of: at, to: host) == envelope.to else { return }
        let letter = Letter(
            bytes: bytes,
            number: envelope.number,
            attempt: envelope.attempt,
            withThird: sessions[at].initiator == host && !sessions[at].isHeard
        )
        dispatch(
            Packet(from: host, to: other, content: .letter(letter, session: at), sent: now)
        )
    }

    /// Sends to wherever the other is looked for.
    private mutating func dispatch(_ packet: Packet) {
        if finds(packet.from, packet.to) { transmit(packet, to: hosts[packet.to].move) }
    }

    private mutating func undecryptable(_ host: Int, from other: Int) { suspect(host, other) }

    /// Begins a handshake, once a second.
    private mutating func suspect(_ host: Int, _ other: Int) {
        guard let link = hosts[host].process?.links[other] else { return }
        if let at = link.suspected, now - at < 1_000_000_000 { return }
        hosts[host].process?.links[other].suspected = now
        beginHandshake(host, other)
    }

    mutating func beginHandshake(_ host: Int, _ other: Int) {
        guard let process = hosts[host].process, process.isStarted, !plan.isSealed,
            process.links[other].opening == nil
        else { return }
        let at = sessions.count
        sessions.append(
            SessionSketch(
                initiator: host,
                responder: other,
                run: process.run,
                begun: local(host),
                nodes: (hosts[host].node, hosts[other].node)
            )
        )
        hosts[host].process?.links[other].opening = at
        retry(at, 0)
    }

    /// The owner looks elsewhere: what is under way is tried there at once, as if for the first time.
    mutating func beginAnew(_ host: Int, _ other: Int) {
        guard hosts[host].process?.links[other].opening != nil else { return }
        hosts[host].process?.links[other].opening = nil
        beginHandshake(host, other)
    }

    /// Message 1 goes out again, ever less often; after five seconds it is a new one.
    mutating func retry(_ at: Int, _ tries: Int) {
        let session = sessions[at]
        let host = session.initiator
        guard let process = hosts[host].process, process.run == session.initiatorRun,
            process.links[session.responder].opening == at
        else { return }
        if tries >= 14 {
            hosts[host].process?.links[session.responder].opening = nil
            return beginHandshake(host, session.responder)
        }
        if !process.isPaused {
            dispatch(
                Packet(from: host, to: session.responder, content: .first(session: at), sent: now)
            )
        }
        queue.plan(
            .retry(session: at, tries: tries + 1),
            at: now + min(10_000_000 << Int64(tries), 500_000_000)
        )
    }
}
