// SPDX-License-Identifier: Apache-2.0

// An acceptor that forgets is worse than one that dies. In the first act n2 has promised a higher
// ballot and accepted its value, loses its memory, and takes the lower ballot's value as well: two
// values are chosen. In the second act a real host loses its disk. It comes back with another key,
// as somebody else: its old name still counts as a voter that is silent, its new one counts nowhere,
// and a cluster that has lost too many stands still instead of being wrong.
//
// Source: Lamport, Paxos Made Simple (2001), 2.2; Chandra, Griesemer, Redstone, Paxos Made Live
// (2007), section 5.1; rules R2, R4, R20.

import Election
import Paxos

extension Scenario {
    static let lostPromise = Scenario(
        "lost-promise",
        "A voter that forgets its promise lets two values be chosen; ours comes back as another.",
        source: "T. Chandra, R. Griesemer, J. Redstone, Paxos Made Live, 2007, section 5.1"
    ) { [forgotten(), wiped()] }

    private static func forgotten() -> Act {
        var stage = PaperNode.stage(["n1", "n2", "n3"], wishes: ["A", "-", "B"])
        stage.act("n1") { $0.stand() }
        stage.deliver("n1", to: "n2")
        stage.deliver("n2", to: "n1")
        stage.act("n3") { $0.stand() }
        stage.deliver("n3", to: "n2")
        stage.deliver("n2", to: "n3")
        stage.deliver("n3", to: "n2")
        stage.deliver("n2", to: "n3")
        stage.say("n3", .learns, "B is chosen")
        stage.say("n2", .breaks, "forgets")
        stage.act("n2") { node in
            node.acceptor = Acceptor()
            return []
        }
        stage.deliver("n1", to: "n2", word: "accept", late: true)
        stage.deliver("n2", to: "n1")
        stage.say("n1", .breaks, "A is chosen")
        stage.claim(
            "n1 counted a majority for A, n3 one for B: two values are chosen",
            stage.roles[0].chosen == "A" && stage.roles[2].chosen == "B"
        )
        return stage.act("An acceptor without a disk")
    }

    private static func wiped() -> Act {
        var stage = Stage("n1", "n2", "n3")
        stage.shows.subtract([.canvass, .canvassReply])
        let old = stage.hosts[2].node
        stage.film()
        stage.crash("n3")
        stage.wipe("n3")
        stage.start("n3")
        stage.run { $0.disk("n3").decided != nil }
        stage.run(for: .milliseconds(50))
        stage.claim(
            "n3 is back under its name with another key, and knows the decree",
            stage.hosts[2].node.name == old.name && stage.hosts[2].node != old
                && stage.disk("n3").decided == stage.disk("n1").decided
        )
        stage.crash("n1")
        stage.run(for: stage.settings.lease * 4)
        stage.claim(
            "with n1 dead two hosts run, but one voter: nobody leads and everybody says unsure",
            stage.isNobodySure
        )
        stage.claim(
            "n3 has promised nothing and accepted nothing",
            stage.disk("n3").promised == .zero && stage.disk("n3").accepted == nil
        )
        stage.start("n1")
        stage.run { $0.leader != nil }
        stage.claim("with n1 back there is a leader again", stage.leader != nil)
        return stage.act("A host that has lost its disk")
    }
}
