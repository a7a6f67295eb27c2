// SPDX-License-Identifier: Apache-2.0

import Paxos

// A leader whose process is about to be restarted, for an upgrade say, gives nothing up: its page and
// its grants outlive it, and the next run leads on under the same epoch. That works for as long as a
// lease lasts, so before it goes it asks for a longer one, the grace.
//
//      asked ──▶ heartbeats for the grace ──▶ a majority has granted it ──▶ the others are told
//        └────────── a lease at most: then it goes with what it has ──────────────┘
//
// To the voters it is a heartbeat like any other: they remember its length before they answer (R15,
// R7), a shorter grant to the same host takes nothing of a longer one back (R8), not even where the
// voter has been restarted meanwhile and forgotten it (R7), and the answer says which length it is for.
// If the host does not come back, nobody leads until the grace is over.

/// A restart that is being prepared.
struct Restarting: Hashable, Sendable {
    /// What is asked for.
    let grace: Span
    /// The first heartbeat that asks for it leaves no earlier.
    let since: Instant
    /// The process waits no longer than until then.
    let until: Instant
    /// The grace is granted, and the others have been sent its end.
    var isTold = false
}

extension Replica {
    /// Asks for the grace, if this host leads and that would be longer than what it has.
    mutating func prepareRestart(grace: Span, at now: Instant) {
        guard (restarting?.until ?? now) <= now, !isLeaving, grace > settings.lease,
            leaseEnd(at: now) != nil,
            phase == .reigning
        else { return }
        restarting = Restarting(grace: grace, since: now, until: now + settings.lease)
        nextHeartbeat = now
    }

    /// The length of the lease that a heartbeat asks for now.
    func leaseAskedFor(at now: Instant) -> Span {
        // Whose process goes on all the same asks for no more than the others do.
        guard let restarting, restarting.until > now else { return settings.lease }
        return restarting.grace
    }

    /// When a majority stands behind the grace, the others hear at once how long this host leads:
    /// until then they go on to follow it, while it is away.
    mutating func passOnGrace(at now: Instant) {
        guard let restarting, !restarting.isTold, let end = leaseEnd(at: now) else { return }
        let life = Reign.lifetime(of: restarting.grace, driftPPM: settings.driftPPM)
        guard end >= restarting.since + life else { return }
        self.restarting?.isTold = true
        nextHeartbeat = now
    }

    /// Whether the process may end for a restart now: it does not lead, its grace is granted and
    /// told, or it has waited long enough.
    public func mayRestart(at now: Instant) -> Bool {
        guard let restarting, leaseEnd(at: now) != nil else { return true }
        return restarting.isTold || restarting.until <= now
    }
}
