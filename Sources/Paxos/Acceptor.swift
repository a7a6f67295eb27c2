// SPDX-License-Identifier: Apache-2.0

/// The memory of Paxos: what one voter has promised, and what it accepted for the open slot.
///
/// Both fields must be on disk before anyone hears of them (R4); the acceptor itself knows no disk
/// and no time. It cannot time out and has no opinion on who asks: a guard in front of it has
/// (R8). The promise outlives the slot, the accepted proposal does not (R6).
public struct Acceptor<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The slot that is open: one above the newest decree this node knows.
    public private(set) var slot: Slot
    /// The highest ballot it has promised to take nothing below of.
    public private(set) var promised: Ballot
    /// The proposal accepted last for `slot`.
    public private(set) var accepted: Proposal<Value>?

    /// An acceptor with this memory, recovered or new.
    public init(slot: Slot = 1, promised: Ballot = .zero, accepted: Proposal<Value>? = nil) {
        invariant(slot >= 1, "no slot \(slot) is ever open")
        if let accepted {
            invariant(
                accepted.ballot <= promised,
                "accepted \(accepted.ballot) above \(promised)"
            )
        }
        self.slot = slot
        self.promised = promised
        self.accepted = accepted
    }

    /// How a request that is not served is turned down.
    public enum Denial: Hashable, Sendable {
        /// A higher ballot has been promised; Paxos Made Simple, end of 2.2: tell the proposer.
        case preempted(by: Ballot)
        /// The slot is decided here: the asker lags and needs the decree.
        case decided
        /// This node lags and must learn first.
        case behind
    }

    /// What comes of a prepare request.
    public enum PrepareAnswer: Hashable, Sendable {
        /// Promised; durable before it is said.
        case promise(Promise<Value>)
        /// Not promised, nothing changed.
        case denied(Denial)
    }

    /// What comes of an accept request.
    public enum AcceptAnswer: Hashable, Sendable {
        /// Accepted; durable before it is said.
        case accepted(Accepted)
        /// Not accepted, nothing changed.
        case denied(Denial)
    }

    private func denial(of ballot: Ballot, slot asked: Slot) -> Denial? {
        if asked < slot { return .decided }
        if asked > slot { return .behind }
        return ballot < promised ? .preempted(by: promised) : nil
    }

    /// Phase 1 (R9): promise, and report what was accepted for this slot. A repeated request gets
    /// the same answer. The paper lets it ignore one under which it has accepted already; but then
    /// the answer may have been lost, and a second one costs nothing.
    public mutating func receive(_ prepare: Prepare) -> PrepareAnswer {
        if let denial = denial(of: prepare.ballot, slot: prepare.slot) { return .denied(denial) }
        promised = prepare.ballot
        return .promise(Promise(ballot: promised, slot: slot, accepted: accepted))
    }

    /// Phase 2 (R11): accept unless a higher ballot was promised. Accepting is promising as well.
    public mutating func receive(_ accept: Accept<Value>) -> AcceptAnswer {
        if let denial = denial(of: accept.ballot, slot: accept.slot) { return .denied(denial) }
        if let accepted, accepted.ballot == accept.ballot {
            invariant(
                accepted.value == accept.value,
                "two values under \(accept.ballot) in slot \(slot)"
            )
        }
        promised = accept.ballot
        accepted = Proposal(ballot: accept.ballot, value: accept.value)
        return .accepted(Accepted(ballot: promised, slot: slot))
    }

    /// Whether accepting this value would give one ballot two values: then its proposer is broken
    /// and the request is refused at the door, for input from outside never traps.
    public func contradicts(_ accept: Accept<Value>) -> Bool {
        guard let accepted, accept.slot == slot else { return false }
        return accepted.ballot == accept.ballot && accepted.value != accept.value
    }

    /// Promises without being asked to prepare: a node takes its own ballot (R3), or grants a lease
    /// under a ballot it had not met (R15).
    public mutating func promise(_ ballot: Ballot) {
        invariant(ballot >= promised, "a promise of \(promised) lowered to \(ballot)")
        promised = ballot
    }

    /// The slots below `slot` are decided; what was accepted for one of them is done with (R6).
    public mutating func open(_ slot: Slot) {
        invariant(slot > self.slot, "slot \(slot) opened after \(self.slot)")
        self.slot = slot
        accepted = nil
    }
}
