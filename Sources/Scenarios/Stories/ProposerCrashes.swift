// SPDX-License-Identifier: Apache-2.0

// The leader of five dies, n2 stands for its place, and dies as well, in the middle of its Accepts:
// only n3 ever gets one. One acceptance is no majority, so nothing is chosen; but whoever comes
// next cannot know that. If n3 is among those that promise, its value is proposed first and the
// dead n2 is made leader after all; only then, one slot and one epoch later, a live one.
//
// Source: Lamport, Paxos Made Simple (2001), 2.2, P2c; rules R13 and R21.

import Election
import Paxos

extension Scenario {
    static let proposerCrashes = Scenario(
        "proposer-crashes",
        "A proposer dies in the middle of its broadcast; the next one finishes what it began.",
        source: "L. Lamport, Paxos Made Simple, 2001, section 2.2"
    ) {
        var stage = Stage("n1", "n2", "n3", "n4", "n5")
        stage.shows.subtract([.canvass, .canvassReply])
        stage.film()
        stage.crash("n1")
        for name in ["n1", "n4", "n5"] { stage.lose(.accept, from: "n2", to: name) }
        stage.run { $0.isUnderWay(.accept, to: "n3") }
        stage.crash("n2")
        stage.clearRules()
        stage.run { $0.disk("n3").accepted != nil }
        stage.claim(
            "n3 alone of those that live has accepted, so slot 2 is open",
            stage.truth.chosen[2] == nil && stage.disk("n4").accepted == nil
        )
        stage.run { $0.leader != nil && $0.isFollowed($0.leader ?? "") }
        stage.claim(
            "slot 2 says what n2 had proposed: n2 leads, epoch 2",
            stage.truth.chosen[2].map { $0.leader.name == "n2" && $0.epoch == 2 } ?? false
        )
        let leader = stage.leader ?? "nobody"
        stage.claim(
            "slot 3 says who really leads, in epoch 3, and the others follow it",
            stage.isFollowed(leader) && stage.epoch(leader) == 3
                && stage.truth.chosen[3]?.leader.name == leader
        )
        stage.claim("nobody ever led in epoch 2", stage.truth.leaders[2] == nil)
        return [stage.act()]
    }
}
