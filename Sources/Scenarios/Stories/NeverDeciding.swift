// SPDX-License-Identifier: Apache-2.0

// No protocol that is always safe can promise to decide when even one host may fail and messages
// may take any time. Here is the adversary: the leader is dead, and whenever one of the two others
// is about to have its value accepted, the message is held back until a higher ballot has been
// promised, and comes too late. It can go on as long as it likes. It gains nothing but time: no two
// values are chosen, nobody leads, all say unsure; and the moment it stops they decide.
//
// Source: Fischer, Lynch, Paterson, Impossibility of Distributed Consensus with One Faulty Process
// (1985).

import Election
import Paxos

extension Scenario {
    static let neverDeciding = Scenario(
        "never-deciding",
        "An adversary delays one message after the other, and Paxos never decides: until it stops.",
        source:
            "M. Fischer, N. Lynch, M. Paterson, Impossibility of Distributed Consensus with One "
            + "Faulty Process, 1985"
    ) {
        var stage = Stage("n1", "n2", "n3")
        stage.shows.subtract([.canvass, .canvassReply])
        stage.film()
        stage.crash("n1")
        stage.hold(.accept)
        var ballots: [Ballot] = []
        var isSafe = true
        let rounds = 4
        for _ in 0..<rounds {
            // Somebody is prepared and proposes; the adversary keeps the proposal.
            stage.run { $0.isUnderWay(.accept, to: "n2") || $0.isUnderWay(.accept, to: "n3") }
            let ballot = max(stage.disk("n2").promised, stage.disk("n3").promised)
            ballots.append(ballot)
            // Until the other one stands above it.
            stage.run { max($0.disk("n2").promised, $0.disk("n3").promised) > ballot }
            stage.run {
                $0.disk("n2").promised > ballot && $0.disk("n3").promised > ballot
            }
            stage.letGo(.accept)
            isSafe = isSafe && stage.truth.newest?.slot == 1 && stage.leader == nil
        }
        stage.claim(
            "after \(rounds) ballots, each above the one before, nothing is chosen",
            ballots == ballots.sorted() && Set(ballots).count == rounds
                && stage.truth.newest?.slot == 1
        )
        stage.claim("all the while nobody led", isSafe)
        stage.note("the adversary stops: from here on every message comes in time")
        stage.clearRules()
        stage.letGo()
        let fair = stage.now
        stage.run { $0.leader != nil && $0.isFollowed($0.leader ?? "") }
        let took = stage.now - fair
        stage.claim(
            "as soon as it does one leads and the other follows, within two leases",
            stage.isFollowed(stage.leader ?? "") && took < stage.settings.lease * 2
        )
        return [stage.act()]
    }
}
