// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// A message between two hosts.
struct Packet {
    let from: Int
    let to: Int
    let run: UInt64
    let receiverRun: UInt64
    let envelope: Envelope
    let sent: Instant
    let session: Instant
    var isLate = false

    var kind: MessageKind { MessageKind(envelope.message.body) }
}

/// What the script wants of some messages.
struct Rule {
    let kinds: Set<MessageKind>?
    let from: Int?
    let to: Int?
    let isLoss: Bool

    func covers(_ packet: Packet) -> Bool {
        (kinds?.contains(packet.kind) ?? true) && (from ?? packet.from) == packet.from
            && (to ?? packet.to) == packet.to
    }
}

// The network: it loses, delays and cuts what the script says, and nothing else.

extension Stage {
    mutating func send(_ from: Int, _ envelope: Envelope) {
        guard let to = hosts.firstIndex(where: { $0.node == envelope.to }),
            let run = hosts[from].process?.run
        else { return }
        let session = sessions[Pair(from, to)]
        let packet = Packet(
            from: from,
            to: to,
            run: run,
            receiverRun: hosts[to].runs,
            envelope: envelope,
            sent: now,
            session: session ?? now
        )
        let rule = rules.first { $0.covers(packet) }
        // To a host that is down nothing is drawn: there is no session to send it over.
        if hosts[to].process == nil { return }
        if cuts[from][to] || session == nil || rule?.isLoss ?? false {
            show(packet, .lost)
        } else if rule != nil {
            parked.append(packet)
            show(packet, .underWay)
        } else {
            plan(.packet(packet), after: latency)
        }
    }

    mutating func arrive(_ packet: Packet) {
        guard let process = hosts[packet.to].process, process.run == packet.receiverRun else {
            return show(packet, .lost)
        }
        show(packet, packet.isLate ? .cameLate : .came)
        let message = packet.envelope.message
        let from = hosts[packet.from].node
        step(packet.to, .received(message, from: from, session: packet.session))
    }

    /// Draws a message. One that is sent again is drawn only if it is the first to come.
    private mutating func show(_ packet: Packet, _ fate: Diagram.Fate) {
        let key = Arrived(from: packet.from, run: packet.run, number: packet.envelope.number)
        switch fate {
        case .came, .cameLate: guard arrived.insert(key).inserted else { return }
        case .lost, .underWay: guard packet.envelope.attempt == 0 else { return }
        }
        guard shows.contains(packet.kind), filmedFrom != nil else { return }
        let arrow = Diagram.Arrow(
            from: packet.from,
            to: packet.to,
            label: packet.envelope.message.body.caption,
            sent: micro(packet.sent),
            fate: fate
        )
        draw(.arrow(arrow))
    }

    /// Sets a session up between two hosts that run and reach one another.
    mutating func connect(_ a: Int, _ b: Int) {
        guard a != b, hosts[a].process != nil, hosts[b].process != nil, !cuts[a][b], !cuts[b][a]
        else { return }
        sessions[Pair(a, b)] = now
        for (one, other) in [(a, b), (b, a)] {
            let node = hosts[other].node
            if let hello = hosts[one].process?.replica.greet(node) { send(one, hello) }
        }
    }

    /// Sets up the sessions that are missing.
    mutating func connectAll() {
        for a in hosts.indices {
            for b in hosts.indices where b > a && sessions[Pair(a, b)] == nil { connect(a, b) }
        }
    }
}
