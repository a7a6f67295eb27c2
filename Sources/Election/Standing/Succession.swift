// SPDX-License-Identifier: Apache-2.0

import Paxos

/// Who goes first, so that candidates do not duel.
///
/// All hosts know the same decree, so all of them compute the same order: by priority, then by the
/// list. The first stands at once, each next one a step later, and a step is long enough for the
/// one before to have been heard (section 4, item 4).
package enum Succession {
    /// How many go before `node`, who stands for the slot after `decree`.
    ///
    /// The decree's leader goes first of all where it is `present`: it may only have restarted. Where
    /// it is gone it takes no place.
    static func rank(of node: NodeID, by decree: Decree, leaderIsPresent present: Bool) -> Int {
        if decree.leader == node { return 0 }
        let members = decree.state.members
        guard let own = decree.state.place(of: node) else { return members.count }
        var rank = present ? 1 : 0
        for at in members.indices where at != own {
            guard members[at].mayLead, members[at].isUp, members[at].id != decree.leader else {
                continue
            }
            // Of the same priority, who came first goes first.
            let goesFirst =
                members[at].priority > members[own].priority
                || (members[at].priority == members[own].priority && at < own)
            if goesFirst || !members[own].isUp { rank += 1 }
        }
        return rank
    }

    /// The order in which the others would follow this leader.
    static func heirs(of decree: Decree) -> [NodeID] {
        decree.state.members
            .filter { $0.mayLead && $0.isUp && $0.id != decree.leader }
            .map(\.id)
            .sorted {
                rank(of: $0, by: decree, leaderIsPresent: false)
                    < rank(of: $1, by: decree, leaderIsPresent: false)
            }
    }

    /// How long one candidate waits for the one before it: enough for two round trips and four
    /// syncs, and never less than 5 ms; never longer than half a lease either, or one sync that hung
    /// would keep everybody waiting long after.
    package static func step(roundTrip: Span, sync: Span, lease: Span) -> Span {
        min(max(.milliseconds(5), roundTrip * 2 + sync * 4), lease / 2)
    }
}
