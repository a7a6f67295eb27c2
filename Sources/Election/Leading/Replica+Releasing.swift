// SPDX-License-Identifier: Apache-2.0

import Paxos

// Letting go (R18). First there is nothing left by which this run could lead, then anybody hears of it:
// who is told may grant another at once.

extension Replica {
    /// Lets go (R18): every ballot of this run is dropped, which withdraws the lease, and only then
    /// does anybody hear of it.
    ///
    /// - Parameter isUnfit: it lets go because its disk has failed.
    mutating func release(to successor: NodeID?, isUnfit: Bool = false, at now: Instant) {
        let highest = ownHighestOnDisk
        ceaseReason = learner.decided?.leader == me ? .released : .succeeded
        inherited = nil
        reigns = []
        phase = .resting
        acceptUnderWay = nil
        settleCandidacy()
        turnAwayCommands()
        guard highest > .zero else { return }
        doorman.release(highest, promised: acceptor.promised)
        let release = Release(ballot: highest, successor: successor, isUnfit: isUnfit)
        for voter in learner.decided?.quorum.voters ?? [] where voter != me {
            ask(voter, .release, .release(release), at: now)
        }
        // This node may lead again, but not before the others had their turn.
        backoffUntil = max(backoffUntil, now + settings.lease)
        goneLeader = me
        releaseUntil = now + settings.lease
        if learner.decided?.quorum.isAlone(me) ?? false { endRelease(at: now) }
    }

    /// Another's ballot or decree is seen, or a lease has passed: the letting go is over.
    mutating func endRelease(at now: Instant) {
        guard releaseUntil != nil else { return }
        releaseUntil = nil
        settleAll(.release)
        if isLeaving { finishLeaving(at: now) }
    }

    /// The highest ballot of this node that can have been used: of this run, or of the last, whose
    /// grants a restarted leader frees as well. One that is not on disk yet has not left, and must
    /// not be named: after a crash the next run would take it anew, and an old Release would end
    /// live grants (B3).
    private var ownHighestOnDisk: Ballot {
        let isPending = ledger.after(.promised) != nil
        var highest = Ballot.zero
        for reign in reigns where !(isPending && reign.ballot == acceptor.promised) {
            highest = max(highest, reign.ballot)
        }
        if acceptor.promised.owner == me, !isPending { highest = max(highest, acceptor.promised) }
        return highest
    }
}
