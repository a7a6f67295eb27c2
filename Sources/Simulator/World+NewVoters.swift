// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// A decree that changes the voters is final if these do not answer: without a majority of them there
// is no next one (PROTOCOL section 4, hazard 7). So nobody makes one, not even by force, unless a
// majority of the new voters has just said that it holds the newest decree.
//
//     slot 7   voters n1 n2 n3          n3 ── ack: holds 7 ──▶ n1
//     slot 8   voters n1 n3 n4          made by n1: itself and n3 are two of three
//
// What is judged is what the proposer could know. Whether they live at that moment nobody knows.

/// What somebody has said of its disk.
struct Report: Hashable {
    /// The highest slot.
    var slot: Slot
    /// When it said so last.
    var at: Instant
}

extension World {
    /// A host hears what another one holds.
    func noteReport(_ host: Int, _ process: Process, of slot: Slot, by node: NodeID) {
        let now = local(host)
        process.reports.change(node, from: Report(slot: slot, at: now)) { report in
            report.slot = max(report.slot, slot)
            report.at = now
        }
    }

    /// A host that proposes other voters has heard of a majority of them, within two heartbeats, that
    /// they hold the decree before. Looked at in the step in which it makes the value; a value that
    /// somebody has proposed before is not its own, and recovered as it is (R13).
    mutating func newVotersAnswer(_ host: Int, _ effects: Effects) {
        guard let record = effects.records.last, let proposal = record.accepted,
            proposal.ballot.owner == hosts[host].node, let before = record.decided,
            let process = hosts[host].process, process.made != proposal.value.id
        else { return }
        let value = proposal.value
        process.made = value.id
        guard value.quorum != before.quorum, !chronicles[cluster(of: value)].knows(value.id) else {
            return
        }
        let (now, node) = (local(host), hosts[host].node)
        let lately = before.state.settings.heartbeat * 2
        let isAnswered = value.quorum.isMet { voter in
            voter == node
                || process.reports[voter].map { $0.slot >= before.slot && now - $0.at <= lately }
                    ?? false
        }
        if isAnswered { return }
        violate(
            "newVotersAnswer",
            "\(node) makes slot \(value.slot) (\(value.state.cause)), and has not heard lately of a "
                + "majority of \(value.quorum.voters) that they hold slot \(before.slot)"
        )
    }
}
