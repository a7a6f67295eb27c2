// SPDX-License-Identifier: Apache-2.0

// Four voters, cut two from two. A majority of four is three, so neither side has one, and both
// must say so. They go on asking around, which writes nothing; no ballot is taken that nobody could
// win. When the cut heals they agree within a few round trips. Four voters survive one failure,
// like three: the fourth buys nothing but this.
//
// Source: the arithmetic of every majority protocol; Lamport, The Part-Time Parliament (1998), 2.1;
// rules R12, R14, R19.

import Election
import Paxos

extension Scenario {
    static let twoAndTwo = Scenario(
        "two-and-two",
        "Four voters are cut two from two: nobody leads, and everybody says so.",
        source: "L. Lamport, The Part-Time Parliament, 1998, section 2.1"
    ) {
        var stage = Stage("n1", "n2", "n3", "n4")
        stage.film()
        let promised = ["n1", "n2", "n3", "n4"].map { stage.disk($0).promised }
        stage.note("the cut: n1 n2 | n3 n4")
        stage.partition(["n1", "n2"], ["n3", "n4"])
        stage.run(for: stage.settings.lease * 4)
        stage.claim("nobody leads and everybody says unsure", stage.isNobodySure)
        stage.claim(
            "no ballot was taken that nobody could win",
            ["n1", "n2", "n3", "n4"].map { stage.disk($0).promised } == promised
        )
        stage.note("the cut heals")
        stage.heal()
        stage.run { $0.leader != nil && $0.isFollowed($0.leader ?? "") }
        let leader = stage.leader ?? "nobody"
        stage.claim("one of them leads and the others follow it", stage.isFollowed(leader))
        return [stage.act()]
    }
}
