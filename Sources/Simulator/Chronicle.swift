// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// What really happened, as nobody inside can know it: which decree was chosen when, who led under
/// which epoch, who said what to whom.
///
/// A decree is chosen at the instant at which a majority of its slot's voters has accepted it under
/// one ballot, durably; long before anyone has heard so.
struct Chronicle {
    private struct Vote: Hashable {
        let slot: Slot
        let ballot: Ballot
        let decree: DecreeID
    }
    private var votes: [Vote: [NodeID]] = [:]
    /// Every decree that was ever proposed.
    private var proposed: [DecreeID: Decree] = [:]
    /// The newest write that the fenced register took.
    var lastWrite: Errand?
    /// Slot by slot.
    private(set) var chosen: [Decree] = []
    /// How many slots there were before the first of them: none, unless a recovery began this cluster.
    private let before: Slot
    /// What a recovery began it with, and which cluster that took leave of.
    let root: Decree?
    let parent: Int?
    /// Who led under which epoch, as pages said.
    private(set) var leaders: [UInt64: NodeID] = [:]
    /// The highest slot and epoch that each identity published.
    private var published = Roll<(slot: Slot, epoch: UInt64)>()
    /// The highest ballot under which each identity gave its word.
    private var word = Roll<Ballot>()

    /// Nothing has happened: the cluster is to be founded.
    init() { (before, root, parent) = (0, nil, nil) }

    /// A recovery begins it.
    init(root: Decree, parent: Int) {
        (before, self.root, self.parent) = (root.slot - 1, root, parent)
        chosen = [root]
    }

    /// The highest slot that is chosen.
    var highest: Slot { before + Slot(chosen.count) }

    /// The newest chosen decree.
    var newest: Decree? { chosen.last }

    func chosen(_ slot: Slot) -> Decree? {
        slot > before && slot <= highest ? chosen[Int(slot - before) - 1] : nil
    }

    /// Whether somebody has proposed it.
    func knows(_ id: DecreeID) -> Bool { proposed[id] != nil }

    mutating func note(_ decree: Decree) {
        if proposed[decree.id] == nil { proposed[decree.id] = decree }
    }

    /// A property that is broken, and how.
    struct Wrong: Hashable {
        let property: String
        let detail: String

        init(_ property: String, _ detail: String) {
            (self.property, self.detail) = (property, detail)
        }
    }

    /// A node has accepted. What is wrong with that, if anything.
    mutating func accepted(
        _ node: NodeID,
        _ ballot: Ballot,
        _ slot: Slot,
        _ id: DecreeID
    ) -> Wrong? {
        guard let decree = proposed[id] else {
            return Wrong("chosenNeverChanges", "\(node) accepted what nobody proposed")
        }
        let vote = Vote(slot: slot, ballot: ballot, decree: id)
        var voters = votes[vote] ?? []
        guard !voters.contains(node) else { return nil }
        voters.append(node)
        votes[vote] = voters
        let quorum: Quorum
        if slot == 1, root == nil {
            quorum = decree.quorum
        } else if let before = chosen(slot - 1) {
            quorum = before.quorum
        } else {
            return Wrong(
                "slotsInOrder",
                "\(node) accepted in slot \(slot), and slot \(slot - 1) is not chosen"
            )
        }
        guard quorum.contains(node) else {
            return Wrong("observersNeverCount", "\(node) accepted in slot \(slot), no voter of it")
        }
        guard quorum.isMet(where: { voters.contains($0) }) else { return nil }
        return choose(decree)
    }

    private mutating func choose(_ decree: Decree) -> Wrong? {
        if let before = chosen(decree.slot) {
            if before.id == decree.id { return nil }
            return Wrong(
                "chosenNeverChanges",
                "slot \(decree.slot) had \(Self.text(before)) and now has \(Self.text(decree))"
            )
        }
        if let before = chosen(decree.slot - 1) {
            guard decree.state.previous == before.id else {
                return Wrong("slotsInOrder", "slot \(decree.slot) rests on another than the chosen")
            }
            let step: UInt64 = decree.leader == before.leader ? 0 : 1
            guard decree.epoch == before.epoch + step else {
                return Wrong(
                    "epochsNeverGoBack",
                    "epoch \(before.epoch) of \(before.leader) is followed by "
                        + "\(decree.epoch) of \(decree.leader)"
                )
            }
        }
        chosen.append(decree)
        return nil
    }

    static func text(_ decree: Decree) -> String {
        "\(decree.id) (leader \(decree.leader), epoch \(decree.epoch))"
    }

    /// Somebody's page names a leader. Who it was before, if that was another.
    mutating func led(_ node: NodeID, epoch: UInt64) -> NodeID? {
        if let before = leaders[epoch] { return before == node ? nil : before }
        leaders[epoch] = node
        return nil
    }

    /// The highest slot that this identity has published.
    func shown(_ node: NodeID) -> Slot? { published[node]?.slot }

    /// An identity publishes. What it had published before, if that was more.
    mutating func published(
        _ node: NodeID,
        slot: Slot,
        epoch: UInt64
    ) -> (slot: Slot, epoch: UInt64)? {
        if let before = published[node], before.slot > slot || before.epoch > epoch {
            return before
        }
        published.set((slot, epoch), of: node)
        return nil
    }

    /// An identity gives its word under a ballot. The higher ballot it had given it under before.
    mutating func gaveWord(_ node: NodeID, _ ballot: Ballot) -> Ballot? {
        if let before = word[node], before > ballot { return before }
        word.set(ballot, of: node)
        return nil
    }

    /// The highest ballot that this identity has given its word under.
    func word(of node: NodeID) -> Ballot { word[node] ?? .zero }
}
