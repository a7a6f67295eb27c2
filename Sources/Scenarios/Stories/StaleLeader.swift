// SPDX-License-Identifier: Apache-2.0

// In 2013 a leader of etcd that had been cut off went on answering reads: it had heard of no other
// leader, so it took itself for one, and what it said was old. "I have heard of nobody else" is no
// proof; a lease is. Here a reader asks the old leader all the time. It says leader until its
// lease ends and unsure after, and between its last "leader" and the first of the new one there is
// always a gap.
//
// Source: etcd in 2013, and Kingsbury, Jepsen: etcd and Consul (2014); rules R8, R14 to R16.

import Election
import Paxos

extension Scenario {
    static let staleLeader = Scenario(
        "etcd-2013-stale-leader",
        "A leader is cut off and is asked all the while: it never says leader when another does.",
        source: "etcd in 2013; K. Kingsbury, Jepsen: etcd and Consul, 2014"
    ) {
        var stage = Stage("n1", "n2", "n3")
        stage.shows.subtract([.canvass, .canvassReply])
        stage.film()
        stage.note("the cut: n1 | n2 n3; a reader asks n1 every millisecond")
        stage.partition(["n1"], ["n2", "n3"])
        let began = stage.now
        var lastYes = stage.now
        var firstOther: Span?
        var isEverBoth = false
        while firstOther == nil, stage.now - began < stage.settings.lease * 4 {
            stage.run(for: .milliseconds(1))
            let isOld = stage.standing("n1") == .leader
            if isOld { lastYes = stage.now }
            if stage.standing("n2") == .leader {
                firstOther = stage.now - began
                isEverBoth = isEverBoth || isOld
            }
        }
        let last = lastYes - began
        stage.run { $0.standing("n3") == .follower }
        stage.claim("the reader never heard leader from both", !isEverBoth)
        stage.claim(
            "n1 said leader for \(last) after the cut and then unsure, less than a lease of "
                + "\(stage.settings.lease)",
            last < stage.settings.lease && stage.standing("n1") == .unsure
        )
        stage.claim(
            "n2 said leader \(firstOther.map { "\($0)" } ?? "never") after the cut, later than that",
            firstOther.map { $0 > last } ?? false
        )
        stage.claim(
            "whoever compares epochs would have known: 1 is less than 2",
            stage.epoch("n1") == 1 && stage.epoch("n2") == 2
        )
        return [stage.act()]
    }
}
