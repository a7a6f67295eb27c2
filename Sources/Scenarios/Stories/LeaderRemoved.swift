// SPDX-License-Identifier: Apache-2.0

// An operator removes the very host that leads. The decree that removes it names its successor, and
// is chosen by the old voters, the leader among them. If it stopped then, the others might be left
// with a value that they have only accepted; so it goes on telling them until a majority of the new
// voters has the decree on disk. Only then is it out.
//
// Source: Ongaro, Consensus: Bridging Theory and Practice (2014), section 4.2.2; rules R21, R22.

import Election
import Paxos

extension Scenario {
    static let leaderRemoved = Scenario(
        "leader-removed",
        "The leader is removed: it names its successor, and goes when it is no longer needed.",
        source: "D. Ongaro, Consensus: Bridging Theory and Practice, 2014, section 4.2.2"
    ) {
        var stage = Stage("n1", "n2", "n3")
        stage.showCanvass(of: "n1")
        stage.film()
        stage.note("n1 is asked to remove n1; its first Decided is lost")
        stage.lose(.decided, from: "n1")
        stage.ask("n1", .remove(name: "n1"), force: true)
        stage.run { $0.disk("n1").decided?.slot == 2 }
        stage.claim(
            "the decree that removes n1 names n2 in its place, epoch 2",
            stage.truth.newest.map {
                $0.slot == 2 && $0.leader.name == "n2" && $0.epoch == 2
                    && $0.state.member(named: "n1") == nil
            } ?? false
        )
        stage.claim(
            "n1 leads no more, holds the decree alone, and stays",
            stage.standing("n1") == .unsure && stage.runs("n1")
                && stage.disk("n2").decided?.slot == 1
        )
        stage.clearRules()
        stage.run { !$0.runs("n1") }
        stage.claim(
            "when n1 goes a majority of the new voters has the decree on disk",
            stage.disk("n2").decided?.slot == 2 && stage.disk("n3").decided?.slot == 2
        )
        stage.run { $0.isFollowed("n2") }
        stage.claim("n2 leads, n3 follows", stage.isFollowed("n2"))
        return [stage.act()]
    }
}
