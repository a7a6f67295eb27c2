// SPDX-License-Identifier: Apache-2.0

import Control

/// That nobody leads, though nothing else that is looked at says why.
///
/// A host that waits for others to found its cluster, or to be let in, has no members to measure: without
/// this, all would seem well with it.
struct LeaderFinding: Finding, Equatable {
    /// The word of `GetStatus` for why it is unsure.
    var cause: String
    /// Its sentence.
    var sentence: String

    var word: String { "no-leader" }
    var isFault: Bool { true }

    var step: String {
        switch cause {
        case "genesis":
            "start electd there, prepared with the same list; the journal of both sides "
                + "('journalctl -u electd') says what stands in the way, as another cluster key does"
        case "no_decree":
            "let Join= name a member that runs, and take the cluster key from it; what it says to "
                + "this host is in 'journalctl -u electd'"
        case "paused": "do what the sentence says; see 'electctl resume --help'"
        default:
            "run it again in a moment; if it stays so, run it on the other voters: one at least must "
                + "be allowed to lead, with a priority above 0 and not drained"
        }
    }
}

/// Who leads by what the daemon has said. Where too few voters answer, that is the finding and not this.
func examine(leaderOf status: Status, hasQuorum: Bool) -> Examination {
    let epoch = status.answer.epoch
    if status.answer.role != .unsure, let leader = status.answer.leader {
        return Examination("leader", saw: "\(leader), epoch \(epoch)")
    }
    let saw = epoch == 0 ? "none, and no decree yet" : "none, epoch \(epoch) at least"
    let finding = LeaderFinding(cause: status.cause, sentence: status.text)
    return Examination("leader", saw: saw, hasQuorum ? [finding] : [])
}
