// SPDX-License-Identifier: Apache-2.0

// The second idea: a majority is enough, and everybody votes for the first proposal that reaches
// it. A vote can never be taken back, or two values could have a majority one after the other. So
// when three propose at once the votes are split, all live, all messages came, and nothing can ever
// be chosen. An acceptor must be able to accept more than one proposal.
//
// Source: Lamport, Paxos Made Simple (2001), 2.2, from P1 to P2.

/// A node that votes once, for what it hears first.
private struct FirstComeVoter: Correspondent {
    enum Letter: Hashable, Sendable, CustomStringConvertible {
        case propose(String), vote(String)

        var description: String {
            switch self {
            case .propose(let value): "propose \(value)"
            case .vote(let value): "vote for \(value)"
            }
        }
    }

    let count: Int
    var vote: String?
    /// What this node has heard others vote for.
    var heard: [Int: String] = [:]

    func all(_ letter: Letter) -> [Post<Letter>] {
        (0..<count).map { Post(to: $0, letter: letter) }
    }

    var chosen: String? {
        let values = Set(heard.values).sorted()
        return values.first { value in heard.values.count { $0 == value } > count / 2 }
    }

    mutating func receive(_ letter: Letter, from sender: Int) -> [Post<Letter>] {
        switch letter {
        case .propose(let value):
            guard vote == nil else { return [] }
            vote = value
            return all(.vote(value))
        case .vote(let value):
            heard[sender] = value
            return []
        }
    }
}

extension Scenario {
    static let naiveMajorityOfFirst = Scenario(
        "naive-majority-of-first",
        "A naive protocol: vote for the first proposal. Three propose at once, and the vote is split.",
        source: "L. Lamport, Paxos Made Simple, 2001, section 2.2"
    ) {
        var stage = PaperStage(["n1", "n2", "n3"]) { _ in FirstComeVoter(count: 3) }
        for (name, value) in [("n1", "A"), ("n2", "B"), ("n3", "C")] {
            stage.act(name) { $0.all(.propose(value)) }
        }
        stage.deliverAll()
        for name in ["n1", "n2", "n3"] { stage.say(name, .breaks, "no majority") }
        stage.claim("nobody has crashed, and every message has come", stage.isSilent)
        stage.claim(
            "every vote is cast and known to all: A, B and C have one each",
            stage.roles.allSatisfy { $0.heard == [0: "A", 1: "B", 2: "C"] }
        )
        stage.claim(
            "nothing is chosen, and nothing ever can be",
            stage.roles.allSatisfy { $0.chosen == nil }
        )
        return [stage.act()]
    }
}
