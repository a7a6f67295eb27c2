// SPDX-License-Identifier: Apache-2.0

// A value is chosen at the instant at which a majority has accepted it, and at that instant nobody
// knows it: the acceptors know only of themselves, and their answers are still under way. Here the
// answers never come, and the whole cluster loses power. Two of the three come back. What they
// choose next is what had been chosen, found in their records.
//
// Source: Lamport, Paxos Made Simple (2001), 2.2 and 2.3; rules R4, R12, R13.

import Election
import Paxos

extension Scenario {
    static let pointOfNoReturn = Scenario(
        "point-of-no-return",
        "A majority has accepted and nobody knows it, not even after everybody has crashed.",
        source: "L. Lamport, Paxos Made Simple, 2001, sections 2.2 and 2.3"
    ) {
        var stage = Stage("n1", "n2", "n3")
        stage.shows.subtract([.canvass, .canvassReply])
        stage.film()
        stage.lose(.accepted)
        stage.ask("n1", .set(name: "n3", MemberChange(addresses: ["n3:9999"])))
        stage.run { $0.disk("n2").accepted != nil && $0.disk("n3").accepted != nil }
        stage.claim("decree 2 is chosen: a majority has it on disk", stage.truth.chosen[2] != nil)
        stage.claim(
            "nobody knows: every host holds decree 1 as its newest",
            ["n1", "n2", "n3"].allSatisfy { stage.disk($0).decided?.slot == 1 }
        )
        let chosen = stage.truth.chosen[2]
        for name in ["n1", "n2", "n3"] { stage.crash(name) }
        stage.clearRules()
        stage.run(for: .milliseconds(100))
        stage.note("n2 and n3 come back, n1 does not")
        stage.start("n2")
        stage.start("n3")
        stage.run { $0.leader != nil && $0.isFollowed($0.leader ?? "") }
        stage.claim("slot 2 is what it was when nobody knew", stage.truth.chosen[2] == chosen)
        stage.claim(
            "whoever leads now holds the change that was asked for",
            stage.truth.newest?.state.member(named: "n3")?.addresses == ["n3:9999"]
                && stage.truth.newest?.slot == 3
        )
        return [stage.act()]
    }
}
