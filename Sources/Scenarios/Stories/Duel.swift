// SPDX-License-Identifier: Apache-2.0

// Two proposers without manners: each takes a higher ballot the moment the other's stops its own,
// and so each stops the other, for ever. Nothing in Paxos forbids it; the paper asks for a
// distinguished proposer and leaves open how to have one. The second act is the real replica: all
// hosts know the same order of succession from the same decree, the second in line waits long
// enough to hear of the first, and a voter that has just promised turns others away for a moment.
//
// Source: Lamport, Paxos Made Simple (2001), 2.4; PROTOCOL section 4, hazard 4; rule R19.

import Election
import Paxos

extension Scenario {
    static let duel = Scenario(
        "duel",
        "Two proposers undo one another for ever; with an order of succession one ballot is enough.",
        source: "L. Lamport, Paxos Made Simple, 2001, section 2.4"
    ) { [duelWithoutSuccession(), duelWithSuccession()] }

    private static func duelWithoutSuccession() -> Act {
        var stage = PaperNode.stage(["n1", "n2", "n3"], wishes: ["A", "-", "B"])
        var (proposer, rival) = ("n1", "n3")
        let rounds = 4
        stage.act(proposer) { $0.stand() }
        stage.deliver(proposer, to: "n2", rival, word: "prepare")
        for _ in 0..<rounds {
            // Promised by a majority it proposes; but its rival has stood again meanwhile.
            stage.deliver("n2", to: proposer, word: "promise")
            stage.act(rival) { $0.stand() }
            stage.deliver(rival, to: "n2", proposer, word: "prepare")
            stage.deliver(proposer, to: "n2", word: "accept")
            stage.deliver("n2", to: proposer, word: "no")
            swap(&proposer, &rival)
        }
        stage.claim(
            "\(rounds + 1) ballots were promised by a majority, each above the one before",
            stage.roles[1].acceptor.promised.round == UInt64(rounds) + 1
        )
        stage.claim(
            "nobody ever accepted but the proposers themselves, and nothing is chosen",
            stage.roles[1].acceptor.accepted == nil && stage.roles.allSatisfy { $0.chosen == nil }
        )
        return stage.act("Without succession")
    }

    private static func duelWithSuccession() -> Act {
        var stage = Stage("n1", "n2", "n3")
        stage.film()
        stage.crash("n1")
        let before = stage.disk("n3").promised
        stage.run { $0.isFollowed("n2") }
        stage.claim("n2 leads, n3 follows", stage.isFollowed("n2"))
        stage.claim(
            "it took one ballot: the next round after the old leader's",
            stage.disk("n3").promised.round == before.round + 1
                && stage.disk("n3").promised.owner.name == "n2"
        )
        return stage.act("With succession")
    }
}
