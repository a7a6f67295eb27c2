// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// The network, and sessions over it: a handshake of three messages, Hello each way, and what a run
// that is gone had agreed on is good for nothing (DESIGN section 6).

extension World {
    /// Puts a packet on its way, or loses it.
    mutating func transmit(_ packet: Packet) {
        netDice = netLanes.next(packet.from * plan.hosts + packet.to)
        if cuts[packet.from][packet.to] > 0 { return lost(packet) }
        guard calmSince == nil else { return carry(packet, for: netDice.pick(plan.delay)) }
        if netDice.chance(ppm: plan.lossPPM), strikes(.loss, on: packet.from, packet.text) {
            return
        }
        var copies = 1
        if netDice.chance(ppm: plan.duplicationPPM),
            strikes(.duplication, on: packet.from, packet.text)
        {
            copies += 1 + netDice.below(2)
        }
        for _ in 0..<copies {
            var delay = netDice.pick(plan.delay)
            if plan.has(.delay), netDice.one(in: 50),
                strikes(.delay, on: packet.from, packet.text)
            {
                delay += netDice.pickLog(plan.lease / 50...plan.lease * 5)
            }
            carry(packet, for: delay)
        }
    }

    private mutating func lost(_ packet: Packet) {
        trace.note(now, packet.from, 10, UInt64(packet.to), "lost: \(packet.text)")
    }

    private mutating func carry(_ packet: Packet, for delay: Int64) {
        let at: Int
        if let free = freePackets.popLast() {
            at = free
            packets[at] = packet
        } else {
            at = packets.count
            packets.append(packet)
        }
        queue.plan(.packet(at), at: now + delay)
    }

    /// A packet is there.
    mutating func arrive(_ packet: Packet) {
        // What was under way for long when the faults stopped belongs to them.
        if let calmSince, packet.sent < calmSince, now > calmSince + plan.delay.upperBound {
            return
        }
        let host = packet.to
        guard let process = hosts[host].process, process.isStarted else {
            if plan.has(.hint), hosts[host].process == nil { hint(packet) }
            return
        }
        if process.isPaused {
            if process.inbox.count < 200 {
                hosts[host].process?.inbox.append(.packet(packet))
            }
        } else {
            receive(packet)
        }
    }

    /// "Port unreachable": nobody is there.
    private mutating func hint(_ packet: Packet) {
        let sender = packet.from
        guard let process = hosts[sender].process, process.isStarted, !process.isPaused,
            cuts[packet.to][sender] == 0, netDice.one(in: 2),
            strikes(.hint, on: sender, "nobody is at n\(packet.to + 1)")
        else { return }
        step(sender, .unreachable(hosts[packet.to].node))
    }

    mutating func receive(_ packet: Packet) {
        let (host, other, at) = (packet.to, packet.from, packet.session)
        guard let run = hosts[host].process?.run else { return }
        switch packet.content {
        case .first:
            // Message 1 came again, long after: that handshake is over.
            if sessions[at].isInitiated, sessions[at].responderRun != run { return }
            if sessions[at].responderRun != run {
                sessions[at].responderRun = run
                sessions[at].responderNode = hosts[host].node
                sessions[at].answered = local(host)
            }
            transmit(
                Packet(
                    from: host,
                    to: other,
                    session: at,
                    content: .second(run: run),
                    sent: now
                )
            )
        case .second(let responderRun):
            guard sessions[at].initiatorRun == run, !sessions[at].isInitiated,
                sessions[at].responderRun == responderRun
            else { return }
            sessions[at].isInitiated = true
            hosts[host].process?.links[other].session = at
            hosts[host].process?.links[other].opening = nil
            greet(host, other)
        case .data(let envelope, let withThird):
            let isInitiator = sessions[at].initiator == host
            let own = isInitiator ? sessions[at].initiatorRun : sessions[at].responderRun
            guard own == run else { return undecryptable(host, from: other) }
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
            trace.note(now, host, 11, envelope.number, "hears \(packet.text)")
            let begun = isInitiator ? sessions[at].begun : sessions[at].answered
            step(
                host,
                .received(envelope.message, from: sender(of: at, to: host), session: begun)
            )
        }
    }

    /// Whom the session authenticated: a host that was wiped since then is another.
    private func sender(of session: Int, to host: Int) -> NodeID {
        let session = sessions[session]
        return session.initiator == host ? session.responderNode : session.initiatorNode
    }

    private mutating func greet(_ host: Int, _ other: Int) {
        let node = hosts[other].node
        guard let envelope = hosts[host].process?.replica.greet(node) else { return }
        send(host, envelope)
        setTimer(host)
    }

    /// Sends over the newest session; without one it begins one.
    mutating func send(_ host: Int, _ envelope: Envelope) {
        checkSent(host, envelope)
        guard let other = hosts.firstIndex(where: { $0.node.name == envelope.to.name }),
            let link = hosts[host].process?.links[other]
        else { return }
        if envelope.attempt >= 3, envelope.attempt % 3 == 0 { suspect(host, other) }
        guard let at = link.session else { return beginHandshake(host, other) }
        // The one it is for is gone for good, and another has its name.
        guard sender(of: at, to: host) == envelope.to else { return }
        let withThird = sessions[at].initiator == host && !sessions[at].isHeard
        transmit(
            Packet(
                from: host,
                to: other,
                session: at,
                content: .data(envelope, withThird: withThird),
                sent: now
            )
        )
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
        guard let process = hosts[host].process, process.isStarted,
            process.links[other].opening == nil
        else { return }
        let at = sessions.count
        sessions.append(
            Session(
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
            transmit(
                Packet(
                    from: host,
                    to: session.responder,
                    session: at,
                    content: .first,
                    sent: now
                )
            )
        }
        queue.plan(
            .retry(session: at, tries: tries + 1),
            at: now + min(10_000_000 << Int64(tries), 500_000_000)
        )
    }
}
