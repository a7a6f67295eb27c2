// SPDX-License-Identifier: Apache-2.0

// Five voters, two candidates at once, and one acceptor in the middle that hears both. In the naive
// protocol it says yes to each, for nobody asked it before; each counts three of five, and there
// are two leaders. Majorities do meet, but a meeting is worth nothing if the one who is there twice
// does not remember. In the second act the real roles play the same schedule: the one in the middle
// has promised the higher ballot, and turns the lower one away. In the third the real hosts do.
//
// Source: Lamport, Paxos Made Simple (2001), 2.2, P1a; rules R8, R9.

import Election
import Paxos

/// A voter that says yes to whoever asks.
private struct Agreeable: Correspondent {
    enum Letter: Hashable, Sendable, CustomStringConvertible {
        case may, yes

        var description: String {
            switch self {
            case .may: "may I lead?"
            case .yes: "yes"
            }
        }
    }

    var yes: Set<Int> = []
    var leads: Bool { yes.count > 2 }

    mutating func receive(_ letter: Letter, from sender: Int) -> [Post<Letter>] {
        switch letter {
        case .may: return [Post(to: sender, letter: .yes)]
        case .yes:
            yes.insert(sender)
            return []
        }
    }
}

extension Scenario {
    static let doubleAcknowledgement = Scenario(
        "double-acknowledgement",
        "Two candidates and one voter in the middle: who says yes twice makes two leaders.",
        source: "L. Lamport, Paxos Made Simple, 2001, section 2.2, P1a"
    ) { [naiveElection(), electionByBallot(), electionOfHosts()] }

    private static var five: [String] { ["n1", "n2", "n3", "n4", "n5"] }

    private static func naiveElection() -> Act {
        var stage = PaperStage(five) { _ in Agreeable() }
        stage.act("n1") { _ in [0, 1, 2].map { Post(to: $0, letter: .may) } }
        stage.act("n5") { _ in [4, 3, 2].map { Post(to: $0, letter: .may) } }
        stage.deliverAll()
        for name in ["n1", "n5"] { stage.say(name, .breaks, "leads") }
        stage.claim(
            "n1 and n5 both count three of five: two lead",
            stage.roles[0].leads && stage.roles[4].leads
        )
        stage.claim(
            "n3 is in both majorities",
            stage.roles[0].yes.contains(2) && stage.roles[4].yes.contains(2)
        )
        return stage.act("The naive protocol")
    }

    private static func electionByBallot() -> Act {
        var stage = PaperNode.stage(five, wishes: ["A", "-", "-", "-", "B"])
        stage.act("n1") { $0.stand() }
        stage.act("n5") { $0.stand() }
        stage.lose("n1", to: "n4", "n5")
        stage.lose("n5", to: "n1", "n2")
        stage.deliver("n1", to: "n2", "n3")
        stage.deliver("n5", to: "n4", "n3")
        stage.deliver("n2", to: "n1")
        stage.deliver("n3", to: "n1", "n5")
        stage.deliver("n4", to: "n5")
        stage.lose("n1", to: "n4", "n5")
        stage.lose("n5", to: "n1", "n2")
        stage.deliver("n1", to: "n2", "n3")
        stage.deliver("n5", to: "n4", "n3")
        stage.deliverAll()
        stage.say("n5", .learns, "B is chosen")
        stage.claim(
            "n3 promised both and accepts the higher one only: B is chosen",
            stage.roles[4].chosen == "B"
        )
        stage.claim("n1 has two of five, and knows that it has lost", stage.roles[0].chosen == nil)
        return stage.act("The same with ballots")
    }

    private static func electionOfHosts() -> Act {
        var stage = Stage("n1", "n2", "n3", "n4", "n5")
        stage.shows.subtract([.canvass, .canvassReply])
        stage.ask("n1", .set(name: "n4", MemberChange(priority: 150)))
        stage.ask("n1", .transfer(to: "n3"))
        stage.run { $0.isFollowed("n3") }
        stage.run(for: stage.settings.lease)
        stage.film()
        stage.note("the cut: n1 n2 | n4 n5, with n3 between them; n3 is asked to hand over to n1")
        stage.partition(["n1", "n2"], ["n4", "n5"])
        stage.ask("n3", .transfer(to: "n1"))
        stage.hold(.prepare, from: "n1", to: "n3")
        stage.run { $0.disk("n3").promised.owner.name == "n4" }
        stage.letGo()
        stage.clearRules()
        stage.run { $0.leader == "n4" }
        stage.run(for: stage.latency * 3)
        stage.claim("n4 leads with n3 and n5", stage.standing("n4") == .leader)
        stage.claim(
            "n1, which was meant to lead and had n2 with it, does not",
            stage.standing("n1") == .unsure
        )
        stage.note("the cut heals")
        stage.heal()
        stage.run { $0.isFollowed("n4") }
        stage.claim("all follow n4", stage.isFollowed("n4"))
        return stage.act("The same with hosts")
    }
}
