// SPDX-License-Identifier: Apache-2.0

// Three hosts were told to found a cluster, and nothing goes wrong. The first of the list hears
// that all are blank, takes a ballot, is promised, proposes the decree in which it leads, and is
// accepted. Its lease begins with the first heartbeat that a majority answers, not with the decree.
// All other stories are this one with something missing.
//
// Source: Lamport, Paxos Made Simple (2001), section 2; rules R3, R10 to R15.

import Election
import Paxos

extension Scenario {
    static let everythingWorks = Scenario(
        "everything-works",
        "Three hosts found a cluster, choose their first decree, and one leads by a lease.",
        source: "L. Lamport, Paxos Made Simple, 2001, section 2"
    ) {
        var stage = Stage(founders: ["n1", "n2", "n3"])
        stage.film()
        stage.shows.formUnion([.heartbeat, .ack])
        for name in ["n1", "n2", "n3"] { stage.start(name) }
        stage.run { $0.isFollowed("n1") }
        stage.run(for: stage.latency + stage.syncTime)
        stage.claim("n1 leads, n2 and n3 follow it", stage.isFollowed("n1"))
        stage.claim(
            "all three hold the same decree 1 on disk",
            ["n1", "n2", "n3"].allSatisfy { name in
                stage.disk(name).decided.map { $0.slot == 1 && $0 == stage.truth.newest } ?? false
            }
        )
        stage.claim("the epoch is 1", stage.epoch("n1") == 1)
        return [stage.act()]
    }
}
