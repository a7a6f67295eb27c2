// SPDX-License-Identifier: Apache-2.0

import Paxos

// A lease is grants of a majority, and a grant lasts for a lease: so all are asked for it anew with each
// heartbeat. It counts from when it was asked for, by this host's clock; so it ends here first.
//
//     leader ── heartbeat, sent at 100 ──▶ voter   granted until 102 + lease
//     leader ◀──── ack of 100 ──────────── voter   good here until 100 + lease, less the drift

extension Replica {
    /// Renews: asks every member for a grant, or a sign of life (R15).
    mutating func beat(at now: Instant) {
        guard let decided = learner.decided, let newest = reigns.indices.last else { return }
        if reigns[newest].firstAsked == nil { reigns[newest].firstAsked = now }
        let heartbeat = heartbeat(under: reigns[newest].ballot, by: decided, at: now)
        for member in decided.state.members {
            send(to: member.id, .heartbeat(heartbeat), isInDoubt: isSilent(member.id, at: now))
        }
        for joiner in upkeep.joiners where joiner.place != nil {
            send(to: joiner.member.id, .heartbeat(heartbeat))
        }
        upkeep.beat(at: now)
        nextHeartbeat = now + settings.heartbeat
    }

    /// Tells one member who leads, and asks it for a grant, between two heartbeats to all.
    mutating func beat(to node: NodeID, at now: Instant) {
        guard heartbeats, let decided = learner.decided, let newest = reigns.last else { return }
        send(to: node, .heartbeat(heartbeat(under: newest.ballot, by: decided, at: now)))
    }

    private func heartbeat(under ballot: Ballot, by decided: Decree, at now: Instant) -> Heartbeat {
        let answer = answer(at: now)
        return Heartbeat(
            ballot: ballot,
            slot: decided.slot,
            sentAt: now,
            lease: leaseAskedFor(at: now),
            leaseLeft: answer.standing == .leader ? answer.validUntil - now : .zero,
            table: table(of: decided, at: now)
        )
    }

    private func table(of decree: Decree, at now: Instant) -> [Heartbeat.TableEntry] {
        var table: [Heartbeat.TableEntry] = []
        table.reserveCapacity(decree.state.members.count)
        for at in decree.state.members.indices {
            let node = decree.state.members[at].id
            table.append(
                Heartbeat.TableEntry(
                    writeNumber: node == me ? ledger.written : peer(node)?.writeNumber ?? 0,
                    isHeard: node == me
                        || peer(node)?.isHeard(within: lately, at: now) ?? false
                )
            )
        }
        return table
    }

    mutating func heardAck(_ ack: Ack, from node: NodeID, at now: Instant) {
        guard let at = reigns.firstIndex(where: { $0.ballot == ack.ballot }), ack.sentAt <= now
        else { return }
        if node != me {
            withPeer(node) { peer in
                peer.roundTrip.sample(now - ack.sentAt)
                peer.holds(ack.durableSlot, at: now)
            }
            noteWrite(ack.writeNumber, of: node, at: now)
            noteAnswer(ack, of: node, at: now)
        }
        guard isElector(node) else { return }
        count(node, under: at, sentAt: ack.sentAt, lease: ack.lease, at: now)
    }

    /// Counts a grant: from when it was asked for, never from when the answer came, and for the
    /// length that the answer echoes, not for today's setting (R15).
    mutating func count(
        _ node: NodeID,
        under at: Int,
        sentAt: Instant,
        lease: Span,
        at now: Instant
    ) {
        guard lease > .zero, sentAt <= now else { return }
        let life = Reign.lifetime(of: lease, driftPPM: settings.driftPPM)
        reigns[at].count(node, until: sentAt + life)
        if at == reigns.count - 1, learner.decided?.leader == me { setbacks = 0 }
    }
}
