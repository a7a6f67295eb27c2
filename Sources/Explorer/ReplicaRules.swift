// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// What one page may say, after what it said before and by what its disk holds.
enum PageRules {
    static func violation(of page: Answer, after before: Answer, disk: Record) -> Violation? {
        guard let decree = page.decree else { return nil }
        // R5b: nothing is published that is not on disk.
        guard let held = disk.decided, held.slot >= decree.slot else {
            return Violation(
                "publishedNeverExceedsDecided",
                "\(disk.node) publishes slot \(decree.slot), on disk is \(disk.decided?.slot ?? 0)"
            )
        }
        if let old = before.decree, old.slot > decree.slot || old.epoch > decree.epoch {
            return Violation(
                "epochsNeverGoBack",
                "\(disk.node) published slot \(old.slot) epoch \(old.epoch), then slot "
                    + "\(decree.slot) epoch \(decree.epoch)"
            )
        }
        if page.standing == .leader, decree.leader != disk.node {
            return Violation(
                "oneLeaderPerEpoch",
                "\(disk.node) says that it leads epoch \(decree.epoch) of \(decree.leader)"
            )
        }
        return nil
    }
}

/// What must hold in every state of the replicas' world, by the marks alone.
struct ReplicaRules {
    private var acceptances: [(ballot: Ballot, decree: DecreeID, by: NodeID)] = []
    private var decrees: [Decree] = []
    private var reigns: [(epoch: UInt64, by: Int)] = []

    /// The first decree was there before anything happened.
    private let beginsDecided: Bool

    init<R>(of stage: Stage<ReplicaHost<R>>, beginsDecided: Bool) {
        self.beginsDecided = beginsDecided
        stage.forEachMark { letter in
            switch letter {
            case .hasAccepted(let ballot, let decree, let by):
                acceptances.append((ballot, decree, ReplicaCast.nodes[by]))
            case .holds(let decree): decrees.append(decree)
            case .hasLed(let epoch, let by): reigns.append((epoch, by))
            case .message: break
            }
        }
    }

    var violation: Violation? {
        oneLeaderPerEpoch ?? chosenNeverChanges ?? decidedIsChosen ?? epochsRiseWithTheLeader
    }

    private var oneLeaderPerEpoch: Violation? {
        for a in reigns {
            for b in reigns where a.epoch == b.epoch && a.by < b.by {
                return Violation(
                    "oneLeaderPerEpoch",
                    "\(ReplicaCast.name(a.by)) and \(ReplicaCast.name(b.by)) have both led epoch "
                        + "\(a.epoch)"
                )
            }
        }
        return nil
    }

    private var chosenNeverChanges: Violation? {
        for a in decrees {
            for b in decrees where a.slot == b.slot && a != b {
                return Violation(
                    "chosenNeverChanges",
                    "slot \(a.slot) is decided twice: \(a.leader) leads epoch \(a.epoch), and "
                        + "\(b.leader) leads epoch \(b.epoch)"
                )
            }
        }
        return nil
    }

    /// Whatever anyone takes for decided, a majority of the voters before has accepted it under one
    /// ballot (R12); in slot 1 a majority of its own.
    private var decidedIsChosen: Violation? {
        for decree in decrees where decree.slot > 1 || !beginsDecided {
            let before = decrees.first { $0.slot + 1 == decree.slot }
            guard let voters = decree.slot == 1 ? decree.quorum : before?.quorum else { continue }
            let isChosen = acceptances.contains { accepted in
                accepted.decree == decree.id
                    && voters.isMet { voter in
                        acceptances.contains {
                            $0.decree == decree.id && $0.ballot == accepted.ballot && $0.by == voter
                        }
                    }
            }
            if !isChosen {
                return Violation("decidedIsChosen", "slot \(decree.slot) is decided by too few")
            }
        }
        return nil
    }

    /// The epoch is one higher exactly where another leads (R13).
    private var epochsRiseWithTheLeader: Violation? {
        for a in decrees {
            for b in decrees where a.slot + 1 == b.slot {
                let isRight = b.epoch == a.epoch + (a.leader == b.leader ? 0 : 1)
                if !isRight {
                    return Violation(
                        "epochsRiseWithTheLeader",
                        "epoch \(b.epoch) of \(b.leader) follows epoch \(a.epoch) of \(a.leader)"
                    )
                }
            }
        }
        return nil
    }
}
