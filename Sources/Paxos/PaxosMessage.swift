// SPDX-License-Identifier: Apache-2.0

/// A value under the ballot it was proposed with.
public struct Proposal<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The ballot.
    public let ballot: Ballot
    /// The value.
    public let value: Value

    /// A proposal by its two parts.
    public init(ballot: Ballot, value: Value) {
        self.ballot = ballot
        self.value = value
    }
}

/// Phase 1a: "answer nothing below this ballot any more, and say what you have accepted".
public struct Prepare: Hashable, Sendable {
    /// The proposer's ballot.
    public let ballot: Ballot
    /// The open slot, as the proposer knows it.
    public let slot: Slot

    /// A prepare request.
    public init(ballot: Ballot, slot: Slot) {
        self.ballot = ballot
        self.slot = slot
    }
}

/// Phase 1b: the acceptor's word, and the proposal it accepted last for this slot, if any.
public struct Promise<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The ballot that is promised.
    public let ballot: Ballot
    /// The slot that was asked for.
    public let slot: Slot
    /// What the acceptor has accepted for that slot.
    public let accepted: Proposal<Value>?

    /// An answer to a prepare request.
    public init(ballot: Ballot, slot: Slot, accepted: Proposal<Value>?) {
        self.ballot = ballot
        self.slot = slot
        self.accepted = accepted
    }
}

/// Phase 2a: "accept this value, unless you have promised a higher ballot".
public struct Accept<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The proposer's ballot.
    public let ballot: Ballot
    /// The slot the value is for.
    public let slot: Slot
    /// The value.
    public let value: Value

    /// An accept request.
    public init(ballot: Ballot, slot: Slot, value: Value) {
        self.ballot = ballot
        self.slot = slot
        self.value = value
    }
}

/// Phase 2b: the acceptor has accepted. Sent to the owner of the ballot and to nobody else (R12).
public struct Accepted: Hashable, Sendable {
    /// The ballot of the proposal.
    public let ballot: Ballot
    /// Its slot.
    public let slot: Slot

    /// An answer to an accept request.
    public init(ballot: Ballot, slot: Slot) {
        self.ballot = ballot
        self.slot = slot
    }
}
