// SPDX-License-Identifier: Apache-2.0

import Paxos

// The way to a ballot: wait until free, ask around, let the first in line go first, stand.

extension Replica {
    /// How long one candidate waits for the one before it.
    var successionStep: Span {
        let roundTrip = peers.compactMap(\.roundTrip.smoothed).max() ?? .zero
        return Succession.step(roundTrip: roundTrip, sync: syncTime, lease: settings.lease)
    }

    /// Whether this node may stand at all: not while it is letting go.
    private var mayStand: Bool {
        guard !isLeaving, isAwake else { return false }
        guard let decided = learner.decided else { return isFounder && member.mayLead }
        return mayStand(by: decided)
    }

    /// Whether this decree lets this node stand: it knows all of it (R11), and is a voter that may
    /// lead (R13).
    func mayStand(by decree: Decree) -> Bool {
        decree.isUnderstood && decree.mayLead(me)
    }

    /// When this node may begin to ask around: once its own voter would serve it (R8).
    var canvassDue: Instant? {
        guard mayStand else { return nil }
        var due = backoffUntil
        // Who has just become a voter has granted nothing yet, and hears all the same who leads.
        if let heard = heardLeader, heard.leader == learner.decided?.leader, heard.leader != me {
            due = max(due, heard.until)
        }
        // While elections are paused only the leader itself comes back.
        if learner.decided?.leader != me { due = max(due, pauseEnd(at: lastStep) ?? .zero) }
        if doorman.grantedTo != me { due = max(due, doorman.grantUntil) }
        if acceptor.promised.owner != me { due = max(due, doorman.holdoffUntil) }
        if doorman.courtesyTo != me { due = max(due, doorman.courtesyUntil) }
        return due
    }

    mutating func canvass(at now: Instant) {
        if phase == .resting { tell(.canvassing(slot: acceptor.slot)) }
        phase = .canvassing(Canvassing(slot: acceptor.slot, since: now))
        noteAsking(at: now)
        for node in electorate where node != me {
            ask(node, .canvass, .canvass(question), at: now)
        }
    }

    /// Whom a canvass asks: the voters; before the genesis, every founder that has been met.
    var electorate: [NodeID] { learner.decided?.quorum.voters ?? knownFounders }

    /// Whether this node's word counts for anything that a candidate or a leader asks: promises,
    /// acceptances, grants and refusals. Everybody else's is not even kept, or whoever holds the
    /// cluster's key could fill a leader's memory.
    func isElector(_ node: NodeID) -> Bool { electorate.contains(node) }

    mutating func heardCanvassReply(
        _ reply: CanvassReply,
        from node: NodeID,
        at now: Instant
    ) {
        let newest = learner.slot
        let isDeparting = phase == .departing
        withPeer(node) { peer in
            // Who departs asks until the decree is held (R22), everybody else until answered.
            if !isDeparting || reply.durableSlot >= newest { peer.settle(.canvass) }
            peer.holds(reply.durableSlot, at: now)
        }
        if isDeparting { return countDeparture(at: now) }
        guard isElector(node) else { return }
        highestRound = max(highestRound, reply.promised.round)
        guard case .canvassing(var canvassing) = phase, canvassing.slot == acceptor.slot else {
            return
        }
        if learner.decided == nil { checkFounder(reply.blank, node) }
        canvassing.note(reply, of: node, at: now)
        phase = .canvassing(canvassing)
    }

    /// When to stand: as soon as a majority is free, later for who comes later in line.
    func standDue(_ canvassing: Canvassing) -> Instant? {
        // A ballot is written before it is used, after what is being written now. Where the disk
        // hangs it would only be in the way of those who could use theirs.
        if ledger.writing != nil { return nil }
        guard let decided = learner.decided else { return foundingDue(canvassing) }
        let ownWait = doorman.waitOfProposer(me, promised: acceptor.promised, at: canvassing.since)
        let free = decided.quorum.reached { voter -> Later? in
            voter == me
                ? Later(canvassing.since + ownWait)
                : canvassing.freeAt(of: voter, lease: settings.lease).map { Later($0) }
        }
        guard let free else { return nil }
        let leaderAnswered =
            canvassing.reply(of: decided.leader) != nil && decided.leader != goneLeader
        let rank =
            heir == me
            ? 0 : Succession.rank(of: me, by: decided, leaderIsPresent: leaderAnswered)
        return max(free.instant + successionStep * rank, backoffUntil)
    }

    /// Stands, if those who were to be free by now have said that they are. What they said of the
    /// time before is asked again: a leader may have been renewed meanwhile, and a ballot that is
    /// taken in vain costs the leader one of its own (section 4, item 1).
    mutating func standIfFree(_ canvassing: Canvassing, at now: Instant) {
        let isSure =
            learner.decided?.quorum.isMet { voter in
                voter == me || canvassing.reply(of: voter)?.reply.serves ?? false
            } ?? true
        if isSure { stand(at: now) } else { canvass(at: now) }
    }

    /// Takes a new ballot: higher than any seen, on disk as our own promise before anybody hears of
    /// it (R3), and only if our own voter serves us (R8).
    mutating func stand(at now: Instant) {
        let was = acceptor.promised
        guard doorman.waitOfProposer(me, promised: was, at: now) == .zero else {
            return rest(at: now)
        }
        let round = max(highestRound, was.round) + 1
        guard round < Ballot.heardLimit else {
            // No ballot is left that others would read. That is no reason to look at once again.
            backoffUntil = max(backoffUntil, now + settings.lease)
            return rest(at: now)
        }
        let ballot = Ballot(round: round, owner: me)
        acceptor.promise(ballot)
        note(promise: ballot, at: now, was: was)
        // A reign of this run whose lease still holds is kept beside the new one, never mixed with
        // it (R14).
        let decided = learner.decided
        reigns.removeAll { reign in
            decided.flatMap { reign.leaseEnd(by: $0) }.map { $0 <= now } ?? true
        }
        reigns.append(Reign(ballot: ballot, since: now))
        if case .canvassing(let canvassing) = phase { takeFounders(canvassing) }
        phase = .reigning
        acceptUnderWay = nil
        settleCandidacy()
        tell(.standing(ballot), after: ledger.after(.promised))
        fetchPromises(at: now)
    }

    /// Asks for the promises that are missing: all for a new ballot, after a change of voters only
    /// those of the new ones (R13).
    mutating func fetchPromises(at now: Instant) {
        guard let reign = reigns.last else { return }
        let request = PrepareRequest(
            prepare: Prepare(ballot: reign.ballot, slot: acceptor.slot),
            genesis: genesisRequest
        )
        let after = ledger.after(.promised)
        let isAskingItself = ownMail.contains { $0.message.body.isPhaseOne }
        for voter in phaseOneQuorum.voters
        where !reign.proposer.hasPromise(of: voter, for: acceptor.slot) {
            if voter == me ? isAskingItself : isAsking(voter, .prepare) { continue }
            ask(voter, .prepare, .prepare(request), after: after, at: now)
        }
    }

    /// Whose promises Phase 1 needs: a majority of the voters; in slot 1 all founders (R10).
    var phaseOneQuorum: Quorum { learner.decided?.quorum ?? .everyone(of: founderIDs) }

    mutating func heardPromise(_ reply: PromiseReply, from node: NodeID, at now: Instant) {
        guard isElector(node),
            let at = reigns.firstIndex(where: { $0.ballot == reply.promise.ballot })
        else { return }
        // Nobody was asked for a later slot; and what is reported for this one we should have to
        // propose (R13).
        guard reply.promise.slot <= acceptor.slot else { return }
        if let accepted = reply.promise.accepted, accepted.value.slot == acceptor.slot,
            let oddity = oddity(of: accepted.value)
        {
            return contradicted(by: node, oddity, at: now)
        }
        reigns[at].proposer.receive(reply.promise, from: node)
        reigns[at].notePromise(of: node)
        noteWrite(reply.writeNumber, of: node, at: now)
        settle(node, .prepare)
    }

    mutating func heardRefusal(_ refusal: Refusal, from node: NodeID, at now: Instant) {
        if refusal.reason == .copied, node != me { return toldOfCopy(by: node, at: now) }
        guard isElector(node) else { return }
        highestRound = max(highestRound, refusal.promised.round)
        guard phase == .reigning, let reign = reigns.last, refusal.ballot == reign.ballot else {
            return
        }
        switch refusal.reason {
        case .promised where refusal.promised > reign.ballot:
            // The leader goes higher and leads on by the old ballot meanwhile (section 4, item 1).
            // While its disk hangs the old one is all it has, and the others may grant it yet: it
            // is refused again at the next heartbeat.
            guard leaseEnd(at: now) != nil else { return stepBack(at: now) }
            if ledger.writing == nil { stand(at: now) }
        case .list:
            complain(of: node, .listsDiffer(node, theirs: [], ours: founders?.names ?? []))
        case .bound:
            // It is asked again in its own time: the grant that binds it ends.
            reigns[reigns.count - 1].noteRefusal(of: node)
            let refusedBy = reigns[reigns.count - 1].refusedBy
            let isHopeless = !phaseOneQuorum.isMet { !refusedBy.contains($0) }
            if isHopeless, !reign.proposer.isPrepared(for: acceptor.slot, by: phaseOneQuorum) {
                // Who is bound for long may be let go of: as with a canvass it is asked sooner.
                backoffUntil = max(backoffUntil, now + min(refusal.freeIn, settings.lease * 2))
                stepBack(at: now)
            }
        default: break
        }
    }

    /// Another has been promised or granted: no candidacy of ours goes on under a lower ballot.
    mutating func yield(to ballot: Ballot, at now: Instant) {
        switch phase {
        case .canvassing: rest(at: now)
        case .reigning where (reigns.last?.ballot ?? .zero) < ballot: rest(at: now)
        default: break
        }
    }

    /// A candidacy that failed: wait a random while, longer each time, then ask around again.
    mutating func stepBack(at now: Instant) {
        setbacks = min(setbacks + 1, 6)
        let bound = min(successionStep * (1 << setbacks), settings.lease * 2).nanoseconds
        let wait = Span(nanoseconds: Int64(random.below(UInt64(bound))))
        backoffUntil = max(backoffUntil, now + wait)
        rest(at: now)
    }

    /// Gives up whatever candidacy there is. A lease that a ballot of this run still holds goes with
    /// it.
    mutating func rest(at now: Instant) {
        reigns = []
        phase = .resting
        acceptUnderWay = nil
        settleCandidacy()
        turnAwayCommands()
    }

    /// A hint that the peer's process is gone: ask around now. It frees nobody (DESIGN section 6).
    mutating func unreachable(_ node: NodeID, at now: Instant) {
        guard node == learner.decided?.leader, phase == .resting, mayStand,
            doorman.grantedTo == node || heir == node, pauseEnd(at: now) == nil
        else { return }
        // Nobody has said that it lets go: its process ended, and its lease runs out.
        if goneLeader != node { (goneLeader, goneCause) = (node, .expired) }
        if heir == node { backoffUntil = .zero }
        canvass(at: now)
    }
}

/// Instants in the order in which `Quorum.reached` wants them: the earlier one is the better one.
private struct Later: Comparable {
    let instant: Instant
    init(_ instant: Instant) { self.instant = instant }
    static func < (a: Later, b: Later) -> Bool { a.instant > b.instant }
}

extension Message.Body {
    fileprivate var isPhaseOne: Bool {
        switch self {
        case .prepare, .promise: true
        default: false
        }
    }
}
