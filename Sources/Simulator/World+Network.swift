// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Wire

// The network: it carries bytes, and loses, doubles, delays and damages them.

extension World {
    /// Puts a packet on its way, or loses it.
    mutating func transmit(_ packet: Packet, to place: Int) {
        var packet = packet
        (packet.source, packet.target) = (hosts[packet.from].move, place)
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
            if plan.has(.damage), netDice.one(in: 40),
                strikes(.damage, on: packet.from, packet.text)
            {
                var damaged = packet
                damage(&damaged)
                carry(damaged, for: delay)
            } else {
                carry(packet, for: delay)
            }
        }
    }

    /// Some bits turn over, or the end is cut off.
    private mutating func damage(_ packet: inout Packet) {
        switch packet.content {
        case .first, .second: return
        case .letter(var letter, let session):
            packet.damage = spoil(&letter.bytes)
            packet.content = .letter(letter, session: session)
        case .sealed(var datagram):
            packet.damage = spoil(&datagram.bytes)
            packet.content = .sealed(datagram)
        }
    }

    private mutating func spoil(_ bytes: inout [UInt8]) -> Packet.Damage {
        if netDice.one(in: 2) {
            bytes.removeLast(netDice.below(bytes.count) + 1)
            return .cut
        }
        for _ in 0...netDice.below(3) {
            bytes[netDice.below(bytes.count)] ^= 1 << UInt8(netDice.below(8))
        }
        return .flipped
    }

    /// Reads what came. What was damaged under way must be refused, or at least be read without a
    /// trap: over a real session it would not get this far.
    mutating func open(_ packet: Packet, _ bytes: [UInt8]) -> Message? {
        if case .none = packet.damage {
            if let message = Self.decode(bytes) { return message }
            violate("whatIsSentIsRead", "n\(packet.to + 1) cannot read \(bytes)")
            return nil
        }
        if Self.decode(bytes) != nil, packet.damage == .cut {
            violate("whatIsCutShortIsRefused", "n\(packet.to + 1) reads \(bytes)")
        }
        trace.note(now, packet.to, 27, UInt64(bytes.count), "drops what was damaged")
        return nil
    }

    static func decode(_ bytes: [UInt8]) -> Message? {
        do throws(WireError) {
            switch try Message.decode(bytes, digest: MixDigest.self) {
            case .message(let message): return message
            case .probe, .probeReply, .unknownKind: return nil
            }
        } catch {
            return nil
        }
    }

    private mutating func lost(_ packet: Packet) {
        trace.note(now, packet.from, 10, UInt64(packet.to), "lost: \(packet.text)")
    }

    mutating func carry(_ packet: Packet, for delay: Int64) {
        queue.plan(.packet(packet), at: now + delay)
    }

    /// A packet is there.
    mutating func arrive(_ packet: Packet) {
        // It was sent to where the host is no more.
        if packet.target != hosts[packet.to].move { return lost(packet) }
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
}
