// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// What is really so, as nobody on the stage can know it.
///
/// A decree is chosen as soon as a majority of its slot's voters has accepted it on disk under one
/// ballot, whether or not anybody hears of that.
struct Truth {
    private struct Vote: Hashable {
        let ballot: Ballot
        let decree: Decree
    }
    private var votes: [Vote: Set<NodeID>] = [:]
    private(set) var chosen: [Slot: Decree] = [:]
    private(set) var leaders: [UInt64: String] = [:]
    /// What went wrong with it, if anything ever did.
    private(set) var hasTwoDecrees = false
    private(set) var hasTwoLeaders = false

    /// A record is on disk.
    mutating func note(_ record: Record) {
        guard let accepted = record.accepted else { return }
        let vote = Vote(ballot: accepted.ballot, decree: accepted.value)
        votes[vote, default: []].insert(record.node)
        let slot = accepted.value.slot
        let quorum = slot == 1 ? accepted.value.quorum : chosen[slot - 1]?.quorum
        let voters = votes[vote] ?? []
        if quorum?.isMet(where: { voters.contains($0) }) ?? false { noteDecided(accepted.value) }
    }

    /// A decree is chosen, or somebody says so.
    mutating func noteDecided(_ decree: Decree) {
        if let before = chosen[decree.slot], before != decree { hasTwoDecrees = true }
        chosen[decree.slot] = decree
    }

    /// These lead now by what their pages say.
    mutating func noteLeaders(_ names: [String], epoch: UInt64?) {
        if names.count > 1 { hasTwoLeaders = true }
        guard let epoch, let name = names.first, names.count == 1 else { return }
        if let before = leaders[epoch], before != name { hasTwoLeaders = true }
        leaders[epoch] = name
    }

    /// The newest chosen decree.
    var newest: Decree? { chosen.max { $0.key < $1.key }?.value }
}
