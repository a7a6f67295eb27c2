// SPDX-License-Identifier: Apache-2.0

import Paxos

/// The doorman in front of Prepare, Accept and Heartbeat: whom may this voter serve now? (R8)
///
/// A voter that granted a lease serves nobody else until the grant has run out on its own clock.
/// One that has just started may have forgotten a grant; the owner of the ballot it remembers
/// promising is the only one who can hold it, so for the longest lease it ever granted it serves
/// that one alone (R7), whatever it grants it meanwhile: that may be shorter than what it has
/// forgotten. All of it is volatile: the disk holds what is needed to be careful anew.
struct VoterGuard: Hashable, Sendable {
    /// Who holds the grant.
    private(set) var grantedTo = NodeID.nobody
    /// When the grant ends.
    private(set) var grantUntil = Instant.zero
    /// When the start is over.
    private(set) var holdoffUntil = Instant.zero
    /// Heartbeats and Accepts up to this ballot grant nothing any more (R18).
    private(set) var released = Ballot.zero
    /// After a promise, other proposers are turned away for a moment, so that two candidates do
    /// not undo one another for ever (section 4, item 4). Refusing is always safe.
    private(set) var courtesyTo = NodeID.nobody
    private(set) var courtesyUntil = Instant.zero

    /// A start at this instant, with this longest lease ever granted (R7).
    mutating func start(at now: Instant, maxLease: Span) {
        holdoffUntil = maxLease > .zero ? now + maxLease : .zero
    }

    /// How long `node` must wait before it is served: zero means now (R8).
    func wait(of node: NodeID, promised: Ballot, at now: Instant) -> Span {
        var until = Instant.zero
        if grantedTo != node { until = max(until, grantUntil) }
        if promised.owner != node { until = max(until, holdoffUntil) }
        return until > now ? until - now : .zero
    }

    /// The same for one who asks for a new promise: courtesy comes on top.
    func waitOfProposer(_ node: NodeID, promised: Ballot, at now: Instant) -> Span {
        let wait = wait(of: node, promised: promised, at: now)
        guard courtesyTo != node, courtesyUntil > now else { return wait }
        return max(wait, courtesyUntil - now)
    }

    /// Whether nobody can hold a grant of this voter: the start is over and no grant runs.
    func isAtPeace(at now: Instant) -> Bool { now >= holdoffUntil && now >= grantUntil }

    /// Whether this ballot was given up by its owner.
    func isReleased(_ ballot: Ballot) -> Bool {
        ballot <= released && ballot.owner == released.owner
    }

    /// Grants `node` the time until then. It takes nothing back of a longer grant to the same node,
    /// one that this voter has forgotten included: so a start goes on for its time (R7, R15).
    mutating func grant(to node: NodeID, until end: Instant) {
        if grantedTo == node, grantUntil > end { return }
        grantedTo = node
        grantUntil = end
    }

    /// Turns other proposers away until then.
    mutating func favour(_ node: NodeID, until end: Instant) {
        courtesyTo = node
        courtesyUntil = end
    }

    /// The owner of `ballot` lets go; heard only by a voter that has promised nobody else (R18).
    mutating func release(_ ballot: Ballot, promised: Ballot) {
        guard promised.owner == ballot.owner, promised <= ballot else { return }
        grantedTo = .nobody
        grantUntil = .zero
        holdoffUntil = .zero
        released = ballot
        courtesyUntil = .zero
    }
}
