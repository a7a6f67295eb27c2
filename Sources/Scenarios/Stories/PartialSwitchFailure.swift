// SPDX-License-Identifier: Apache-2.0

// On 2 November 2020 a switch at Cloudflare failed in part: one of three etcd hosts could reach the
// second, but not the leader. It called one election after the other, each of which the leader in
// office had to answer, and the cluster was of no use for hours. Here the host that is cut from its
// leader asks around first, and the one it reaches is bound by a lease: it takes no ballot, and the
// leader notices nothing.
//
// Source: Lianza and Snook, A Byzantine failure in the real world, Cloudflare (2020); rules R8, R19.

import Election
import Paxos

extension Scenario {
    static let partialSwitchFailure = Scenario(
        "cloudflare-2020",
        "A switch fails in part: one host loses the leader, and does not unseat it.",
        source: "T. Lianza, C. Snook, A Byzantine failure in the real world, Cloudflare, 2020"
    ) {
        var stage = Stage("n1", "n2", "n3")
        stage.film()
        stage.note("the switch fails between n1 and n3")
        let promised = stage.disk("n2").promised
        stage.cut("n1", "n3")
        let end = stage.now + stage.settings.lease * 3
        var hasAlwaysLed = true
        while stage.now < end {
            stage.run(for: .milliseconds(1))
            hasAlwaysLed = hasAlwaysLed && stage.standing("n1") == .leader
        }
        stage.claim("n1 led all the time, in epoch 1", hasAlwaysLed && stage.epoch("n1") == 1)
        stage.claim("n2 follows it", stage.standing("n2") == .follower)
        stage.claim("n3, which hears no leader, says unsure", stage.standing("n3") == .unsure)
        stage.claim(
            "n3 took no ballot, and n2 was never asked to promise one",
            stage.disk("n3").promised == promised && stage.disk("n2").promised == promised
        )
        stage.note("the switch is mended")
        stage.heal()
        stage.run { $0.isFollowed("n1") }
        stage.claim("n3 follows n1, still in epoch 1", stage.isFollowed("n1"))
        return [stage.act()]
    }
}
