// SPDX-License-Identifier: Apache-2.0

import Paxos

/// One ballot of this run with the grants that were given under it: a lease, or the hope of one.
///
/// A lease is counted from when the question was sent, on the asker's clock; the grant from when
/// it was received, on the voter's. With both clocks within the drift bound the lease ends first
/// (R15). Grants belong to a ballot and are never mixed with another's (R14).
struct Reign: Hashable, Sendable {
    private struct Grant: Hashable, Sendable {
        let voter: NodeID
        let until: Instant

        func isBefore(_ other: Grant) -> Bool {
            until == other.until ? voter < other.voter : until > other.until
        }
    }

    /// The ballot, and what was promised and accepted under it.
    var proposer: Proposer<Decree>
    /// When the ballot was taken.
    let since: Instant
    /// When the first Accept or Heartbeat under it left; nil before.
    var firstAsked: Instant?
    /// Who is bound to another and said so: if too few are left, the ballot is hopeless.
    private(set) var refusedBy: [NodeID] = []
    /// The one that lasts longest first.
    private var grants: [Grant] = []

    init(ballot: Ballot, since: Instant) {
        proposer = Proposer(ballot: ballot)
        self.since = since
    }

    var ballot: Ballot { proposer.ballot }

    /// A voter is bound to another. It says so to each request, and is counted once.
    mutating func noteRefusal(of voter: NodeID) {
        guard !refusedBy.contains(voter) else { return }
        refusedBy.append(voter)
        refusedBy.sort()
    }

    /// It is bound no more.
    mutating func notePromise(of voter: NodeID) { refusedBy.removeAll { $0 == voter } }

    /// How long a grant of `lease` is good for, counted from the sending: B8's factor, less one
    /// granule of the clock (here a microsecond).
    static func lifetime(of lease: Span, driftPPM: UInt32) -> Span {
        let (million, rho) = (Int64(1_000_000), Int64(driftPPM))
        let scaled = lease.nanoseconds * (million - rho) / (million + rho)
        return Span(nanoseconds: scaled - 1000)
    }

    /// A voter's grant; an older one than is known changes nothing.
    mutating func count(_ voter: NodeID, until end: Instant) {
        if let at = grants.firstIndex(where: { $0.voter == voter }) {
            guard grants[at].until < end else { return }
            grants.remove(at: at)
        }
        let grant = Grant(voter: voter, until: end)
        grants.insert(grant, at: grants.firstIndex { grant.isBefore($0) } ?? grants.endIndex)
    }

    /// Until when a majority of these voters stands behind the ballot (R14, ii).
    func heldUntil(by quorum: Quorum) -> Instant? {
        var missing = quorum.needed
        for grant in grants where quorum.contains(grant.voter) {
            missing -= 1
            if missing == 0 { return grant.until }
        }
        return nil
    }

    /// The end of the lease by `decree`, if this ballot gives one (R14): Phase 1 is complete with
    /// no foreign value pending, and a majority of the same voters has granted under it.
    func leaseEnd(by decree: Decree) -> Instant? {
        guard let end = heldUntil(by: decree.quorum),
            proposer.isClear(for: decree.slot + 1, by: decree.quorum)
        else { return nil }
        return end
    }
}
