// SPDX-License-Identifier: Apache-2.0

// The third idea: ask a majority first whether it has a value already, and propose that one if so;
// an acceptor may change its mind. It looks like Paxos and lacks one thing: a promise. Between the
// question and the proposal another may ask, hear "nothing" as well, and propose too. Both have
// their majority, one after the other. A ballot is what makes the older proposal come too late.
//
// Source: Lamport, Paxos Made Simple (2001), 2.2, from P2b to P2c.

/// A node that asks before it proposes, and takes whatever is proposed to it last.
private struct Unnumbered: Correspondent {
    enum Letter: Hashable, Sendable, CustomStringConvertible {
        case ask, has(String?), take(String), taken(String)

        var description: String {
            switch self {
            case .ask: "any value?"
            case .has(let value): value.map { "has \($0)" } ?? "has none"
            case .take(let value): "take \(value)"
            case .taken(let value): "taken \(value)"
            }
        }
    }

    let wish: String
    var value: String?
    var answers: [Int: String?] = [:]
    var takers: Set<Int> = []
    var chosen: String?

    func all(_ letter: Letter) -> [Post<Letter>] { (0..<3).map { Post(to: $0, letter: letter) } }

    mutating func receive(_ letter: Letter, from sender: Int) -> [Post<Letter>] {
        switch letter {
        case .ask: return [Post(to: sender, letter: .has(value))]
        case .has(let value):
            answers[sender] = .some(value)
            guard answers.count == 2 else { return [] }
            let found = answers.keys.sorted().compactMap { answers[$0] ?? nil }.first
            return all(.take(found ?? wish))
        case .take(let proposed):
            value = proposed
            return [Post(to: sender, letter: .taken(proposed))]
        case .taken(let value):
            takers.insert(sender)
            if takers.count == 2 { chosen = value }
            return []
        }
    }
}

extension Scenario {
    static let naiveTwoPhases = Scenario(
        "naive-two-phases",
        "A naive protocol: two phases without a ballot. Two values are chosen, one after the other.",
        source: "L. Lamport, Paxos Made Simple, 2001, section 2.2"
    ) {
        let names = ["n1", "n2", "n3"]
        var stage = PaperStage(names) { at in Unnumbered(wish: at == 0 ? "A" : "B") }
        stage.act("n1") { $0.all(.ask) }
        stage.act("n3") { $0.all(.ask) }
        stage.deliver("n1", to: "n2")
        stage.deliver("n3", to: "n2")
        stage.deliver("n2", to: "n1", "n3")
        stage.deliver("n1", to: "n3")
        stage.lose("n1", to: "n3")
        stage.deliver("n1", to: "n2")
        stage.deliver("n2", to: "n1")
        stage.say("n1", .breaks, "A is chosen")
        stage.deliver("n3", to: "n1")
        stage.lose("n3", to: "n1")
        stage.deliver("n3", to: "n2", late: true)
        stage.deliver("n2", to: "n3")
        stage.say("n3", .breaks, "B is chosen")
        stage.claim(
            "both asked a majority first, and were told by all that there was nothing",
            [0, 2].allSatisfy { stage.roles[$0].answers.values.allSatisfy { $0 == nil } }
        )
        stage.claim(
            "n1 counted a majority for A, n3 one for B: two values are chosen",
            stage.roles[0].chosen == "A" && stage.roles[2].chosen == "B"
        )
        return [stage.act()]
    }
}
