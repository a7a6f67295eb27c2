// SPDX-License-Identifier: Apache-2.0

// The first idea everybody has: propose a value, wait until all have answered, then it is decided.
// It is safe, and it stops for ever when a single host does; and one that waits cannot tell a host
// that has died from one that is slow. Asking more hosts makes it worse, not better.
//
// Source: two-phase commit, Gray, Notes on Data Base Operating Systems (1978).

/// A node that decides once everybody has agreed.
private struct Unanimous: Correspondent {
    enum Letter: Hashable, Sendable, CustomStringConvertible {
        case propose(String), yes(String), decided(String)

        var description: String {
            switch self {
            case .propose(let value): "propose \(value)"
            case .yes(let value): "yes to \(value)"
            case .decided(let value): "decided \(value)"
            }
        }
    }

    let count: Int
    var agreed: Set<Int> = []
    var decided: String?

    func all(_ letter: Letter) -> [Post<Letter>] {
        (0..<count).map { Post(to: $0, letter: letter) }
    }

    mutating func receive(_ letter: Letter, from sender: Int) -> [Post<Letter>] {
        switch letter {
        case .propose(let value): return [Post(to: sender, letter: .yes(value))]
        case .yes(let value):
            agreed.insert(sender)
            return agreed.count == count ? all(.decided(value)) : []
        case .decided(let value):
            decided = value
            return []
        }
    }
}

extension Scenario {
    static let naiveWaitForAll = Scenario(
        "naive-wait-for-all",
        "A naive protocol: wait until all have agreed. One death, and all wait for ever.",
        source: "J. Gray, Notes on Data Base Operating Systems, 1978"
    ) {
        var stage = PaperStage(["n1", "n2", "n3"]) { _ in Unanimous(count: 3) }
        stage.act("n1") { $0.all(.propose("A")) }
        stage.deliver("n1", to: "n2")
        stage.crash("n3")
        stage.deliver("n1", to: "n3")
        stage.deliverAll()
        stage.say("n1", .breaks, "waits for n3")
        stage.claim("nothing is under way any more", stage.isSilent)
        stage.claim(
            "nobody has decided, and nobody ever will",
            stage.roles.allSatisfy { $0.decided == nil }
        )
        stage.claim("two of three live, and agree", stage.roles[0].agreed == [0, 1])
        return [stage.act()]
    }
}
