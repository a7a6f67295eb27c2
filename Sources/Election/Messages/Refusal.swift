// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// "No." Rests on nothing, promises nothing.
public struct Refusal: Hashable, Sendable {
    /// Which ballot was turned down; zero where the refusal answers none.
    public var ballot: Ballot
    /// What the sender has promised.
    public var promised: Ballot
    /// How long the sender is bound to another.
    public var freeIn: Span
    /// Why.
    public var reason: Reason

    /// Why a request is turned down.
    public enum Reason: UInt8, Hashable, Sendable, CaseIterable {
        /// A higher ballot has been promised.
        case promised = 1
        /// A grant to another, or the hold-off after a start, is not over (R7, R8).
        case bound = 2
        /// The sender lags and wants the decree.
        case behind = 3
        /// The asker may not ask: no voter, or one that may not lead.
        case standing = 4
        /// The lists of initial names differ, or an identity is not in them (R10).
        case list = 5
        /// Two living copies of the asker have been heard (R23b).
        case copied = 6
        /// The asker is not a member.
        case stranger = 7
    }

    /// A refusal.
    public init(ballot: Ballot, promised: Ballot, freeIn: Span, reason: Reason) {
        self.ballot = ballot
        self.promised = promised
        self.freeIn = freeIn
        self.reason = reason
    }
}
