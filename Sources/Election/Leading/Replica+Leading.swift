// SPDX-License-Identifier: Apache-2.0

import Paxos

// Holding a ballot: propose, be chosen, and notice when nobody answers.

extension Replica {
    /// Does whatever is due.
    mutating func advance(at now: Instant) {
        guard !isHalted else { return }
        resend(at: now)
        expirePassedOn(at: now)
        if let releaseUntil, releaseUntil <= now { endRelease(at: now) }
        switch phase {
        case .resting:
            if let due = joinDue, due <= now { askToJoin(at: now) }
            if let due = canvassDue, due <= now { canvass(at: now) }
            if let due = knockDue, due <= now { knock(at: now) }
        case .canvassing(let canvassing):
            if let due = standDue(canvassing) {
                if due <= now { standIfFree(canvassing, at: now) }
            } else if let due = knockDue, due <= now {
                knock(at: now)
            }
        case .reigning: reign(at: now)
        case .departing:
            if let due = knockDue, due <= now { knock(at: now) }
        case .halted: break
        }
    }

    /// When the present phase wants to be looked at again.
    var phaseDue: Instant? {
        switch phase {
        case .resting: return joinDue ?? canvassDue ?? knockDue
        case .canvassing(let canvassing): return standDue(canvassing) ?? knockDue
        case .reigning:
            let giveUp = giveUpDue
            guard heartbeats else { return giveUp }
            let upkeepDue = isProposing ? .never : upkeep.due
            return min(nextHeartbeat, giveUp, upkeepDue)
        case .departing: return knockDue
        case .halted: return nil
        }
    }

    /// Phase 1 of the newest ballot is complete for the open slot.
    private var isPrepared: Bool {
        guard let at = reigns.indices.last else { return false }
        let quorum = phaseOneQuorum
        return reigns[at].proposer.isPrepared(for: acceptor.slot, by: quorum)
    }

    /// Whether heartbeats go out: by the decree this node leads, and its newest ballot is prepared
    /// (R15). The others are bound to it then, also while its disk has not got that decree and it may
    /// tell nobody that it leads (R5b).
    public var heartbeats: Bool { learner.decided?.leader == me && isPrepared }

    /// When a ballot that no majority answers is given up: a lease after it was first asked for
    /// anything, and not before the lease it gave is over (R17).
    private var giveUpDue: Instant {
        guard let at = reigns.indices.last else { return .never }
        let asked = (reigns[at].firstAsked ?? reigns[at].since) + settings.lease
        guard let quorum = learner.decided?.quorum else { return asked }
        return max(asked, reigns[at].heldUntil(by: quorum) ?? .zero)
    }

    private var isProposing: Bool {
        if case .some = acceptUnderWay { true } else { false }
    }

    private mutating func reign(at now: Instant) {
        dropOldReigns(at: now)
        if giveUpDue <= now { return stepBack(at: now) }
        if isStopOverdue(at: now) { return release(to: nil, at: now) }
        guard isPrepared else { return fetchPromises(at: now) }
        settleAll(.prepare)
        if !isProposing, let next = nextDecree(at: now) { propose(next, at: now) }
        passOnGrace(at: now)
        if heartbeats, nextHeartbeat <= now { beat(at: now) }
    }

    /// What to propose for the open slot, if anything: a pending value first (R13, R14), then
    /// ourselves (R21), then what is asked for.
    private mutating func nextDecree(at now: Instant) -> Decree? {
        guard let at = reigns.indices.last else { return nil }
        let quorum = phaseOneQuorum
        let pending = reigns[at].proposer.pending(for: acceptor.slot, by: quorum)
        if let pending { return pending.value }
        guard let decided = learner.decided else { return foundingDecree() }
        if decided.leader != me {
            var state = successor(of: decided)
            let isGone = decided.leader == goneLeader && heir == nil
            state.cause = isGone ? goneCause : .expired
            state.leader = me
            state.epoch += 1
            // Whoever leads is up, and could not have that written down by another.
            if let own = state.members.firstIndex(where: { $0.id == me }) {
                state.members[own].isUp = true
            }
            if pauseEnd(at: now) == nil { state.pause = nil }
            return Decree(ifAny: state, digest: Hash.self)
        }
        return nextOrder(at: now) ?? nextUpkeep(after: decided, at: now)
    }

    /// The state after this decree, before anything in it is changed.
    func successor(of decree: Decree) -> ClusterState {
        var state = decree.state
        state.cluster = decree.cluster
        state.slot = decree.slot + 1
        state.previous = decree.id
        state.askedBy = ""
        return state
    }

    private mutating func propose(_ decree: Decree, at now: Instant) {
        let slot = acceptor.slot
        let accept = reigns[reigns.count - 1].proposer.propose(
            decree,
            for: slot,
            quorum: phaseOneQuorum
        )
        if reigns[reigns.count - 1].firstAsked == nil {
            reigns[reigns.count - 1].firstAsked = now
        }
        let request = AcceptRequest(accept: accept, sentAt: now, lease: settings.lease)
        acceptUnderWay = request
        for voter in choosers(of: accept.value).voters {
            ask(voter, .accept, .accept(request), at: now)
        }
    }

    /// Who chooses a value: the voters of the decree before; in slot 1 the value's own (R12).
    private func choosers(of decree: Decree) -> Quorum {
        learner.decided?.quorum ?? decree.quorum
    }

    mutating func heardAccepted(_ reply: AcceptedReply, from node: NodeID, at now: Instant) {
        guard isElector(node),
            let at = reigns.firstIndex(where: { $0.ballot == reply.accepted.ballot })
        else { return }
        noteWrite(reply.writeNumber, of: node, at: now)
        count(node, under: at, sentAt: reply.sentAt, lease: reply.lease, at: now)
        guard let request = acceptUnderWay, request.accept.value.id == reply.decree,
            request.accept.ballot == reply.accepted.ballot
        else { return }
        settle(node, .accept)
        reigns[at].proposer.receive(reply.accepted, from: node)
        let quorum = choosers(of: request.accept.value)
        if let chosen = reigns[at].proposer.chosen(by: quorum) { chose(chosen, at: now) }
    }

    /// R12: a majority has accepted. Only here, in the run that owns the ballot, does a decree become
    /// known to be chosen.
    private mutating func chose(_ decree: Decree, at now: Instant) {
        let before = learner.decided
        acceptUnderWay = nil
        settleAll(.accept)
        setbacks = 0
        decide(decree, at: now)
        // Who was just removed hears it as well, and nobody hears it twice.
        let removed = before?.state.members.filter { decree.state.member($0.id) == nil } ?? []
        for member in decree.state.members + removed where member.id != me {
            ask(member.id, .decided, .decided(decree), at: now)
        }
        if let before { countUpkeep(decree, after: before, at: now) }
        settleOrder(decree, at: now)
        nextHeartbeat = now
        let isHandedOver = before?.leader == me && decree.leader != me
        if !isHandedOver, before?.quorum.voters != decree.quorum.voters {
            ceaseReason = .votersChanged
            // The new voters have a lease's time to answer, as the old ones had (R17).
            if !reigns.isEmpty { reigns[reigns.count - 1].firstAsked = now }
        }
        if isHandedOver || !mayStand(by: decree) {
            // Withdrawn by this very decree, so Decided and Release leave together (R18). Who has
            // only recovered another's decree goes on to the next slot, if it may (R21).
            release(to: decree.leader, at: now)
        }
        // Who is not in the first decree never was a member: it asks to be one.
        if before != nil, decree.state.member(me) == nil { depart(at: now) }
    }

    /// An older ballot is kept for its lease alone.
    private mutating func dropOldReigns(at now: Instant) {
        guard reigns.count > 1, let decided = learner.decided else { return }
        let newest = reigns[reigns.count - 1].ballot
        reigns.removeAll { reign in
            reign.ballot != newest && (reign.leaseEnd(by: decided) ?? .zero) <= now
        }
    }
}
