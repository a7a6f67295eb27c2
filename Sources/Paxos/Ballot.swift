// SPDX-License-Identifier: Apache-2.0

/// The position of a decree in the chain. Slot 0 is "nothing yet", slot 1 the genesis.
public typealias Slot = UInt64

/// The number under which a proposer asks ("proposal number n" in Paxos Made Simple, 2.2).
///
/// A round and the node that owns it, totally ordered, so that two proposers never share one and
/// of any two the acceptors know which is newer (R3).
public struct Ballot: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Grows with each attempt; every ballot that is sent has a round of 1 or more.
    public let round: UInt64
    /// The one proposer that may use this ballot, in one run of its process.
    public let owner: NodeID

    /// Below every ballot: what an acceptor has promised that has promised nothing.
    public static let zero = Ballot(round: 0, owner: .nobody)

    /// No round, slot or epoch of our own comes near this (R3).
    public static let roundLimit: UInt64 = 1 << 62
    /// From here on they are refused where they are decoded, so that the next one is still far from
    /// `roundLimit`.
    public static let heardLimit: UInt64 = 1 << 61

    /// A ballot by its two parts.
    public init(round: UInt64, owner: NodeID) {
        self.round = round
        self.owner = owner
    }

    /// The round decides, then the owner.
    public static func < (a: Ballot, b: Ballot) -> Bool {
        a.round == b.round ? a.owner < b.owner : a.round < b.round
    }

    /// `3.db2`: round 3 of db2.
    public var description: String { round == 0 ? "none" : "\(round).\(owner)" }
}
