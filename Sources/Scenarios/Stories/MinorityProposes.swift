// SPDX-License-Identifier: Apache-2.0

// The leader of three is cut off, and does not know it yet. It is asked for a change and proposes
// it: to nobody. Its lease ends by itself, on its own clock, and it says that it is unsure; only
// then are the two others free to choose a leader. When the cut heals it learns what it missed, and
// its own proposal is gone: nobody was ever told that it had been done.
//
// Source: Lamport, The Part-Time Parliament (1998), section 2; rules R8, R14, R17.

import Election
import Paxos

extension Scenario {
    static let minorityProposes = Scenario(
        "minority-proposes",
        "Three hosts are cut one from two, and the one proposes: nothing comes of it.",
        source: "L. Lamport, The Part-Time Parliament, 1998, section 2"
    ) {
        var stage = Stage("n1", "n2", "n3")
        stage.shows.subtract([.canvass, .canvassReply])
        stage.film()
        stage.note("the cut: n1 | n2 n3")
        stage.partition(["n1"], ["n2", "n3"])
        stage.ask("n1", .set(name: "n3", MemberChange(addresses: ["n3:9999"])))
        stage.run { $0.standing("n1") == .unsure }
        stage.claim(
            "when n1's lease has run out nobody leads yet",
            stage.leader == nil && stage.truth.newest?.slot == 1
        )
        stage.run { $0.leader == "n2" && $0.standing("n3") == .follower }
        stage.claim(
            "n2 leads the majority, epoch 2, while n1 says that it is unsure",
            stage.epoch("n2") == 2 && stage.standing("n1") == .unsure
        )
        stage.note("the cut heals")
        stage.heal()
        stage.run { $0.isFollowed("n2") }
        stage.claim("n1 follows n2", stage.isFollowed("n2"))
        stage.claim(
            "what n1 proposed alone was not chosen, and nobody was told that it was",
            stage.truth.newest?.state.member(named: "n3")?.addresses == ["n3:7377"]
                && !stage.outcomes.contains { if case .done = $0 { true } else { false } }
        )
        return [stage.act()]
    }
}
