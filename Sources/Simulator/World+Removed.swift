// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// Part of the second phase: who is no member any more, and has not gone.

extension World {
    /// Who was removed has heard so and is gone: a voter after it has said so to a majority of those
    /// who came after (R22), and so not where so many of them are gone that there is none; anybody
    /// else at once, but where the same majority is gone there may be nobody to hear it from. A host
    /// whose disk does not know that it ever was a member may ask to be one.
    mutating func removedHostsLeave() {
        guard let node = lingerer else { return }
        violate("removedHostsLeave", "\(node) was removed and does not go")
    }

    /// A host that was removed, could have heard so, and runs on.
    var lingerer: NodeID? {
        for host in hosts where host.process != nil {
            let node = host.node
            guard let record = host.record,
                record.promised > .zero || record.decided?.state.member(node) != nil
            else { continue }
            let chronicle = chronicles[cluster(of: host.index)]
            guard let newest = chronicle.newest, newest.state.member(node) == nil,
                let last = chronicle.chosen.last(where: { $0.state.member(node) != nil }),
                let after = chronicle.chosen(last.slot + 1),
                after.quorum.isMet(where: { voter in
                    hosts.contains {
                        $0.node == voter && $0.process != nil
                            && cluster(of: $0.index) == cluster(of: host.index)
                    }
                })
            else { continue }
            // They no longer look for it, so it has to find one of them.
            guard !plan.has(.move) || hosts.contains(where: { isFound($0, by: host, in: newest) })
            else { continue }
            return node
        }
        return nil
    }

    /// Whether this member runs where the disk of a removed host says that it is, or at home.
    private func isFound(_ member: Host, by host: Host, in newest: Decree) -> Bool {
        member.process != nil && newest.state.member(member.node) != nil
            && (member.move == 0 || knows(host.index, member.index))
    }
}
