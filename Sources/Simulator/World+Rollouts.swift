// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// A rollout: every host is restarted within a moment, the leader with a longer lease than usual. When
// all have forgotten something, the leader is cut off.
//
//      leader   asks for the grace ──✕ start ── leads by its page ──── cut off ─────────▶
//      others   ── grant it ──────✕ start ── the usual lease ──── elect? not yet ───────▶
//
// By chance alone these hardly ever meet within one grace.

extension World {
    /// Restarts the leader, then the others, and cuts the leader off.
    mutating func rollOut() {
        guard let leader = hosts.indices.first(where: { leads($0) }) else { return }
        restart(leader)
        for host in hosts.indices where host != leader {
            let moment = now + faultDice.pick(0...plan.grace / 2)
            let away = faultDice.pickLog(5_000_000...plan.grace / 2)
            queue.plan(.turn(host: host, away: away), at: moment)
        }
        let pairs = hosts.indices.filter { $0 != leader }.flatMap { other in
            [leader * 256 + other, other * 256 + leader]
        }
        let time = faultDice.pickLog(plan.lease...plan.grace * 2)
        let moment = now + faultDice.pick(plan.grace / 8...plan.grace * 3 / 4)
        queue.plan(.part(pairs, time: time), at: moment)
    }

    /// Its turn has come: the process ends, and another begins.
    mutating func turn(_ host: Int, away: Int64) {
        guard calmSince == nil, let process = hosts[host].process, process.isStarted else { return }
        crash(host, power: false)
        queue.plan(.boot(host: host), at: now + away)
    }
}
