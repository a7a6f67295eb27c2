// SPDX-License-Identifier: Apache-2.0

// The fourth idea: one host decides, the others obey. It is fast, it is simple, and when that host
// dies everybody waits for ever. So it is given a deputy, who takes over when nothing has been
// heard for long enough; but nothing heard is not dead, and then there are two that decide. How
// long one waits makes it rarer, never impossible.
//
// Source: Lampson, How to Build a Highly Available System Using Consensus (1996).

/// A node that obeys, or commands.
private struct Subject: Correspondent {
    enum Letter: Hashable, Sendable, CustomStringConvertible {
        case decided(String)

        var description: String {
            switch self {
            case .decided(let value): "decided \(value)"
            }
        }
    }

    var decided: String?

    /// Decides, for all.
    mutating func decide(_ value: String) -> [Post<Letter>] {
        (0..<3).map { Post(to: $0, letter: .decided(value)) }
    }

    mutating func receive(_ letter: Letter, from sender: Int) -> [Post<Letter>] {
        // Whoever has decided does not change its mind: that is all the safety there is.
        if case .decided(let value) = letter, decided == nil { decided = value }
        return []
    }
}

extension Scenario {
    static let naiveDesignatedLeader = Scenario(
        "naive-designated-leader",
        "A naive protocol: one host decides. It dies and all wait, or it is slow and two decide.",
        source: "B. Lampson, How to Build a Highly Available System Using Consensus, 1996"
    ) {
        var stage = PaperStage(["n1", "n2", "n3"]) { _ in Subject() }
        stage.crash("n1")
        stage.say("n2", .breaks, "waits for n1")
        stage.say("n3", .breaks, "waits for n1")
        stage.claim(
            "n1 alone may decide and is dead: n2 and n3 wait for ever",
            stage.isSilent && stage.roles.allSatisfy { $0.decided == nil }
        )
        let blocked = stage.act("Without a deputy")

        var deputy = PaperStage(["n1", "n2", "n3"]) { _ in Subject() }
        deputy.act("n1") { $0.decide("A") }
        deputy.note("n1's messages are slow; n2 has heard nothing for as long as was agreed")
        deputy.say("n2", .stands, "takes over")
        deputy.act("n2") { $0.decide("B") }
        deputy.deliver("n2", to: "n3")
        deputy.deliver("n1", to: "n2", "n3", late: true)
        for (name, value) in [("n1", "A"), ("n2", "B"), ("n3", "B")] {
            deputy.say(name, .breaks, "decided \(value)")
        }
        deputy.claim(
            "n1 decided A, n2 and n3 decided B, and nobody had crashed",
            deputy.roles.map(\.decided) == ["A", "B", "B"]
        )
        return [blocked, deputy.act("With a deputy and a timeout")]
    }
}
