// SPDX-License-Identifier: Apache-2.0

/// Any two majorities of the same voters share a voter. Everything rests on that one fact.
///
/// A quorum is over identities, never over names (R2): a wiped host is a voter that is silent for
/// ever, not one that votes again.
public struct Quorum: Hashable, Sendable {
    /// The voters, each once.
    public let voters: [NodeID]
    /// How many of them it takes.
    public let needed: Int

    private init(_ voters: [NodeID], needed: Int) {
        for (i, voter) in voters.enumerated() {
            invariant(!voters[..<i].contains(voter), "a voter stands twice in \(voters)")
        }
        self.voters = voters
        self.needed = needed
    }

    /// More than half of these voters.
    public init(of voters: [NodeID]) {
        self.init(voters, needed: voters.count / 2 + 1)
    }

    /// Every one of these voters: Phase 1 of the genesis (R10).
    public static func everyone(of voters: [NodeID]) -> Quorum {
        Quorum(voters, needed: max(voters.count, 1))
    }

    /// Whether this node's vote counts at all.
    public func contains(_ node: NodeID) -> Bool { voters.contains(node) }

    /// Whether it is the one voter.
    public func isAlone(_ node: NodeID) -> Bool { voters.count == 1 && voters[0] == node }

    /// Whether enough voters meet the condition. No voters, no quorum.
    @inlinable
    public func isMet(where condition: (NodeID) -> Bool) -> Bool {
        var count = 0
        for voter in voters where condition(voter) {
            count += 1
            if count >= needed { return true }
        }
        return false
    }

    /// The value that a quorum reaches: of the voters' values the `needed`-th highest.
    ///
    /// The end of a lease is this over the acknowledgements: up to that instant a majority stands
    /// behind the leader, after it no longer. Nil where too few have a value.
    @inlinable
    public func reached<Value: Comparable>(by value: (NodeID) -> Value?) -> Value? {
        var values: [Value] = []
        values.reserveCapacity(voters.count)
        for voter in voters {
            guard let value = value(voter) else { continue }
            // The highest first; there are few.
            let at = values.firstIndex { $0 < value } ?? values.endIndex
            values.insert(value, at: at)
        }
        return values.count >= needed ? values[needed - 1] : nil
    }
}
