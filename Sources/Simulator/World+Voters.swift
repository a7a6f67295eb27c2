// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// A decree that changes the voters is final: if no majority of the new ones is there, it is the last.
// Nobody can know who will be there, but whoever proposes it can know who has just said so.

extension World {
    /// A host hears which slot another holds on disk.
    func noteReport(_ host: Int, _ process: Process, of slot: Slot, by node: NodeID) {
        let before = process.reports[node]?.slot ?? 0
        process.reports.set((max(slot, before), local(host)), of: node)
    }

    /// Other voters are proposed only where a majority of them has reported the decree before within
    /// two heartbeats (PROTOCOL section 4, item 7). What was accepted before is proposed again
    /// whatever has become of its voters.
    mutating func newVotersAreLive(_ host: Int, _ effects: Effects) {
        for envelope in effects.messages {
            guard case .accept(let request) = envelope.message.body,
                request.sentAt == local(host), let process = hosts[host].process
            else { continue }
            let decree = request.accept.value
            let own = chronicles[cluster(of: decree)]
            guard !own.isKnown(decree.id), let before = own.chosen(decree.slot - 1),
                before.quorum.voters != decree.quorum.voters
            else { continue }
            let patience = before.state.settings.heartbeat * 2
            let isLive = decree.quorum.isMet { voter in
                guard voter != hosts[host].node else { return true }
                guard let report = process.reports[voter] else { return false }
                return report.slot >= before.slot && local(host) - report.at <= patience
            }
            if isLive { continue }
            violate(
                "newVotersAreLive",
                "\(hosts[host].node) proposes \(decree.quorum.voters.count) voters for slot "
                    + "\(decree.slot), and no majority of them has said that it is there"
            )
        }
    }
}
