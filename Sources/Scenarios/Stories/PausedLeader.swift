// SPDX-License-Identifier: Apache-2.0

// The leader stands still: SIGSTOP, a stalled hypervisor, a long collection of garbage. It is not
// dead, but nobody can tell, and the others choose another. When it wakes up it has not noticed
// anything; but what it says is evaluated with the clock at that moment, and its lease is over. No
// flag had to be cleared, no message had to come.
//
// Source: Kleppmann, How to do distributed locking (2016); Chandra and Toueg, Unreliable Failure
// Detectors (1996); rules R14, R16.

import Election
import Paxos

extension Scenario {
    static let pausedLeader = Scenario(
        "paused-leader",
        "The leader is paused, replaced, and wakes up believing nothing.",
        source: "M. Kleppmann, How to do distributed locking, 2016"
    ) {
        var stage = Stage("n1", "n2", "n3")
        stage.shows.subtract([.canvass, .canvassReply])
        stage.film()
        let page = stage.hosts[0].page
        stage.pause("n1")
        stage.run { $0.leader == "n2" && $0.standing("n3") == .follower }
        stage.claim(
            "n1's page carried its own end, which was over before n2 began to lead",
            page.standing == .leader && page.validUntil < stage.now
                && stage.hosts[0].page == page
        )
        stage.claim(
            "asked before it has heard anything, the paused n1 answers unsure",
            stage.standing("n1") == .unsure
        )
        stage.run(for: .milliseconds(20))
        stage.wake("n1")
        stage.run { $0.isFollowed("n2") }
        stage.claim("n1 follows n2, in epoch 2", stage.isFollowed("n2") && stage.epoch("n1") == 2)
        return [stage.act()]
    }
}
