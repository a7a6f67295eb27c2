// SPDX-License-Identifier: Apache-2.0

/// A sentence about what happened, and whether it is true.
public struct Claim: Hashable, Sendable {
    /// What is claimed.
    public let sentence: String
    /// Whether it holds.
    public let holds: Bool
}

/// A part of a scenario that begins from the start: first the naive way, say, and then ours.
public struct Act: Hashable, Sendable {
    let title: String?
    let diagram: Diagram
    /// What was to be shown by it.
    public let claims: [Claim]
}

/// What came of a scenario.
public struct Performance: Hashable, Sendable {
    /// Which one.
    public let scenario: String
    let sentence: String
    let source: String
    /// Its parts.
    public let acts: [Act]

    /// Whether every claim does.
    public var holds: Bool { acts.allSatisfy { $0.claims.allSatisfy(\.holds) } }

    /// The diagrams, each followed by what it shows.
    public var text: String {
        var text = "\(scenario)\n\n\(sentence)\nSource: \(source)\n"
        for act in acts {
            text += "\n"
            if let title = act.title { text += "\(title)\n\n" }
            text += act.diagram.text + "\n"
            for claim in act.claims {
                text += (claim.holds ? "holds:  " : "BROKEN: ") + claim.sentence + "\n"
            }
        }
        return text
    }
}
