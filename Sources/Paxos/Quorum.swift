// SPDX-License-Identifier: Apache-2.0

/// Any two majorities of the same voters share a voter. Everything rests on that one fact.
///
/// A quorum is over identities, never over names (R2): a wiped host is a voter that is silent for
/// ever, not one that votes again.
public struct Quorum: Hashable, Sendable {
    /// The voters, each once.
    public let voters: [NodeID]

    /// How many voters a majority needs: more than half.
    public var needed: Int { voters.count / 2 + 1 }

    /// The quorum of these voters.
    public init(of voters: [NodeID]) {
        for (i, voter) in voters.enumerated() {
            precondition(!voters[..<i].contains(voter), "a voter stands twice in \(voters)")
        }
        self.voters = voters
    }

    /// Whether this node's vote counts at all.
    public func contains(_ node: NodeID) -> Bool { voters.contains(node) }

    /// Whether a majority of the voters meets the condition. No voters, no majority.
    public func isMajority(where condition: (NodeID) -> Bool) -> Bool {
        var count = 0
        for voter in voters where condition(voter) {
            count += 1
            if count >= needed { return true }
        }
        return false
    }

    /// Whether every voter meets the condition, and there is one.
    public func isEveryone(where condition: (NodeID) -> Bool) -> Bool {
        !voters.isEmpty && voters.allSatisfy(condition)
    }

    /// The value that a majority reaches: of the voters' values the `needed`-th highest.
    ///
    /// The end of a lease is this over the acknowledgements: at that instant a majority still
    /// stands behind the leader, right after it no longer. Nil where too few have a value.
    public func reached<Value: Comparable>(by value: (NodeID) -> Value?) -> Value? {
        var values = voters.compactMap(value)
        guard !voters.isEmpty, values.count >= needed else { return nil }
        values.sort(by: >)
        return values[needed - 1]
    }
}
