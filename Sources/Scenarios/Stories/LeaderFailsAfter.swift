// SPDX-License-Identifier: Apache-2.0

// The leader counts a majority, tells whoever asked that it is done, and dies before a single
// Decided has left. It alone knew. The next leader must come to the same decree by itself, because
// the promise "nothing acknowledged is lost" was given in the name of all of them.
//
// Source: Lamport, Paxos Made Simple (2001), 2.3; Chandra, Griesemer, Redstone, Paxos Made Live
// (2007); rules R5, R12, R13.

import Election
import Paxos

extension Scenario {
    static let leaderFailsAfter = Scenario(
        "leader-fails-right-after",
        "The leader says that it is done, and dies before anybody else hears of it.",
        source: "L. Lamport, Paxos Made Simple, 2001, section 2.3"
    ) {
        var stage = Stage("n1", "n2", "n3")
        stage.shows.subtract([.canvass, .canvassReply])
        stage.film()
        stage.lose(.decided, from: "n1")
        stage.lose(.heartbeat, from: "n1")
        stage.ask("n1", .set(name: "n3", MemberChange(addresses: ["n3:9999"])))
        stage.run { !$0.outcomes.isEmpty }
        stage.claim("n1 said that it was done", stage.outcomes == [.done(slot: 2)])
        stage.crash("n1")
        stage.clearRules()
        stage.claim(
            "n1 alone held the decree",
            stage.disk("n1").decided?.slot == 2 && stage.disk("n2").decided?.slot == 1
                && stage.disk("n3").decided?.slot == 1
        )
        let said = stage.disk("n1").decided
        stage.run { $0.isFollowed("n2") }
        stage.claim("n2 comes to the same decree 2", stage.truth.chosen[2] == said)
        stage.claim(
            "n2 leads by decree 3, and what n1 acknowledged is in it",
            stage.truth.newest?.slot == 3 && stage.isFollowed("n2")
                && stage.truth.newest?.state.member(named: "n3")?.addresses == ["n3:9999"]
        )
        return [stage.act()]
    }
}
