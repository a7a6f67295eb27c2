// SPDX-License-Identifier: Apache-2.0

/// One ballot of one run, and what came of it.
///
/// A proposer owns its ballot for as long as its process runs and never goes on with one of an
/// earlier run (R3). Its promises stay good from slot to slot: who promised for slot s, having
/// reported what it held, takes nothing below the ballot since, so for s+1 it holds nothing older.
/// That is Multi-Paxos: Phase 1 is run once, and after a change of voters only the missing
/// promises are fetched (R13).
///
/// What it heard is kept in the order of the nodes: two proposers that heard the same are equal.
public struct Proposer<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The ballot, this proposer's own.
    public let ballot: Ballot

    private struct Pledge: Hashable, Sendable {
        let node: NodeID
        let slot: Slot
        let accepted: Proposal<Value>?
        /// What it reports was proposed under another ballot.
        let isForeign: Bool
    }
    private var pledges: [Pledge] = []

    /// The slot and the one value proposed for it under this ballot (R13: never two).
    public private(set) var proposed: Accept<Value>?
    private var acceptedBy: [NodeID] = []

    /// A proposer that has asked nobody yet.
    public init(ballot: Ballot) {
        self.ballot = ballot
    }

    /// Takes a promise in. A promise of another ballot is none, and of two by one node the one for
    /// the lower slot holds, since it is good for the higher one as well.
    public mutating func receive(_ promise: Promise<Value>, from node: NodeID) {
        guard promise.ballot == ballot else { return }
        let pledge = Pledge(
            node: node,
            slot: promise.slot,
            accepted: promise.accepted,
            isForeign: promise.accepted.map { $0.ballot != ballot } ?? false
        )
        guard let at = self.pledge(of: node) else {
            pledges.append(pledge)
            return pledges.sort { $0.node < $1.node }
        }
        if promise.slot < pledges[at].slot { pledges[at] = pledge }
    }

    /// Where in `pledges` a node stands, which is there once at most.
    private func pledge(of node: NodeID) -> Int? {
        for at in pledges.indices where pledges[at].node == node { return at }
        return nil
    }

    /// Whether this node has promised the ballot for `slot` or for an earlier one.
    public func hasPromise(of node: NodeID, for slot: Slot) -> Bool {
        pledge(of: node).map { pledges[$0].slot <= slot } ?? false
    }

    // A leader asks the next three at every step. They are made part of whoever asks, so that the
    // proposer is looked at where it lies.

    /// Phase 1 is complete: a quorum has promised for this slot or an earlier one (R13).
    @inline(__always)
    public func isPrepared(for slot: Slot, by quorum: Quorum) -> Bool {
        var missing = quorum.needed
        for at in pledges.indices where pledges[at].slot <= slot {
            if quorum.contains(pledges[at].node) { missing -= 1 }
        }
        return missing <= 0
    }

    /// Phase 1 is complete and nothing older can be chosen any more: in some quorum of promises
    /// nobody reports a value for this slot, other than this ballot's own (R14, i).
    @inline(__always)
    public func isClear(for slot: Slot, by quorum: Quorum) -> Bool {
        var missing = quorum.needed
        for at in pledges.indices where pledges[at].slot <= slot {
            // What was accepted for an earlier slot says nothing of this one.
            if pledges[at].slot == slot, pledges[at].isForeign { continue }
            if quorum.contains(pledges[at].node) { missing -= 1 }
        }
        return missing <= 0
    }

    /// The value that must be proposed instead of one's own: of those that the promises report
    /// for this slot, the one with the highest ballot; it may have been chosen (Paxos Made Simple,
    /// P2c). Nil where a quorum reports none.
    @inline(__always)
    public func pending(for slot: Slot, by quorum: Quorum) -> Proposal<Value>? {
        isClear(for: slot, by: quorum) ? nil : highestAccepted(for: slot)
    }

    private func highestAccepted(for slot: Slot) -> Proposal<Value>? {
        var highest: Proposal<Value>?
        for pledge in pledges where pledge.slot == slot {
            guard let accepted = pledge.accepted else { continue }
            if highest.map({ accepted.ballot > $0.ballot }) ?? true { highest = accepted }
        }
        return highest
    }

    /// Phase 2: proposes for a slot whose Phase 1 is complete. A pending value goes before
    /// `own`; asked again for the same slot, it gives the same request (R13, R11).
    public mutating func propose(
        _ own: Value,
        for slot: Slot,
        quorum: Quorum
    ) -> Accept<Value> {
        invariant(isPrepared(for: slot, by: quorum), "slot \(slot) is not prepared: \(self)")
        if let proposed, proposed.slot == slot { return proposed }
        if let proposed {
            invariant(slot > proposed.slot, "slot \(slot) after \(proposed.slot): \(self)")
        }
        let value = pending(for: slot, by: quorum)?.value ?? own
        let accept = Accept(ballot: ballot, slot: slot, value: value)
        proposed = accept
        acceptedBy = []
        return accept
    }

    /// Counts an acceptance of what is proposed now; any other is late and changes nothing.
    public mutating func receive(_ accepted: Accepted, from node: NodeID) {
        guard accepted.ballot == ballot, accepted.slot == proposed?.slot else { return }
        if !acceptedBy.contains(node) { acceptedBy.append(node) }
        acceptedBy.sort()
    }

    /// The value is chosen: a majority of the slot's voters accepted it. Only the run that owns the
    /// ballot may conclude this (R12).
    public func chosen(by quorum: Quorum) -> Value? {
        guard let proposed, quorum.isMet(where: { acceptedBy.contains($0) }) else {
            return nil
        }
        return proposed.value
    }
}
