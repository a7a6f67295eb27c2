// SPDX-License-Identifier: Apache-2.0

public import Paxos

// Asking around, before anything is written. It proves nothing and decides only whether to try
// (R19).

/// "I would stand for the slot after yours." The header's slot says for which.
public struct Canvass: Hashable, Sendable {
    /// Before the genesis: the digest of the sender's list of initial names (R10).
    public var list: Digest?
    /// The names in it, sorted, so that another one can be told from it by people.
    public var names: [String]

    /// A canvass.
    public init(list: Digest? = nil, names: [String] = []) {
        (self.list, self.names) = (list, names)
    }
}

/// What a host would do now if it were asked.
public struct CanvassReply: Hashable, Sendable {
    /// The newest slot that it holds on disk.
    public var durableSlot: Slot
    /// What it has promised.
    public var promised: Ballot
    /// How long it is bound to another, in time of its own clock; zero if free (R7, R8).
    public var freeIn: Span
    /// Whether it would serve the asker now.
    public var serves: Bool
    /// Before the genesis, from a host that takes part in it: its own entry and list (R10).
    public var blank: Blank?

    /// A reply.
    public init(
        durableSlot: Slot,
        promised: Ballot,
        freeIn: Span,
        serves: Bool,
        blank: Blank? = nil
    ) {
        self.durableSlot = durableSlot
        self.promised = promised
        self.freeIn = freeIn
        self.serves = serves
        self.blank = blank
    }
}

/// "I have no decree, and was told to help found a cluster" (R10, R20).
public struct Blank: Hashable, Sendable {
    /// The host's own entry, identity included.
    public var member: Member
    /// The digest of its list of initial names.
    public var list: Digest
    /// The names in it, sorted.
    public var names: [String]

    /// A blank host's word.
    public init(member: Member, list: Digest, names: [String] = []) {
        self.member = member
        self.list = list
        self.names = names
    }
}
