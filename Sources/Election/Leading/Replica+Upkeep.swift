// SPDX-License-Identifier: Apache-2.0

import Paxos

// What a leader puts into decrees by itself: who is up and who is down, who joins, who becomes a
// voter, who takes the place of a lost identity, where somebody has moved to. One such thing a
// decree, looked for at each heartbeat; what people ask for goes first.

/// What a leader keeps for that, for as long as it leads.
struct Upkeep: Hashable, Sendable {
    /// The epoch it is kept for.
    var epoch: UInt64 = 0
    /// Since when this host leads: nobody is missed for longer than that.
    var since = Instant.zero
    /// When to look at all of it before the next heartbeat.
    var due = Instant.never
    /// When the view of the members was first found to be another than the decree's.
    var viewChangedAt: Instant?
    /// When a learned address last went into a decree.
    var movedAt: Instant?
    /// A better candidate is to take over, once this host's programs have let go.
    var waitsForHolders = false
    /// Hosts that want to join, or to take their old place.
    var joiners: [Joiner] = []
    /// When the last heartbeats were sent, the newest last, and the number of the newest.
    var beats: [Instant] = []
    var beatCount: UInt64 = 0

    /// A heartbeat goes out.
    mutating func beat(at now: Instant) {
        beatCount += 1
        beats.append(now)
        if beats.count > 16 { beats.removeFirst() }
    }

    /// The number of the heartbeat that was sent then; nil if that is long ago.
    func number(sentAt: Instant) -> UInt64? {
        beats.lastIndex(of: sentAt).map { beatCount - UInt64(beats.count - 1 - $0) }
    }
}

extension Replica {
    /// Changes of the view within this span share a decree.
    private static var viewBatch: Span { .milliseconds(100) }
    /// A learned address goes into a decree at most this often.
    private static var moveInterval: Span { .milliseconds(10_000) }
    /// How many heartbeats in a row make a host fit to vote.
    static var probation: Int { 10 }

    /// This host begins to lead, or does so again after a gap.
    mutating func beginUpkeep(epoch: UInt64, at now: Instant) {
        if upkeep.epoch != epoch { upkeep = Upkeep(epoch: epoch) }
        upkeep.since = now
        for at in peers.indices { peers[at].attendance.begin() }
    }

    /// A heartbeat was answered.
    mutating func noteAnswer(_ ack: Ack, of node: NodeID, at now: Instant) {
        guard node != me, let beat = upkeep.number(sentAt: ack.sentAt) else { return }
        let gap = lately
        // Of an older decree it says what may have been written down since.
        let isOfNewest = ack.slot == learner.slot
        withPeer(node) { peer in
            peer.attendance.answered(beat, gap: gap, at: now)
            peer.alsoHears = ack.alsoHears
            peer.ownLocation = isOfNewest ? ack.leaderAddress : nil
        }
    }

    /// The decree that is due by itself; nil where nothing is.
    mutating func nextUpkeep(after decided: Decree, at now: Instant) -> Decree? {
        guard upkeep.due <= now || nextHeartbeat <= now else { return nil }
        upkeep.due = .never
        guard leaseEnd(at: now) != nil, decided.leader == me else { return nil }
        dropJoiners(at: now)
        var state = successor(of: decided)
        guard
            changeView(&state, at: now) || admitJoiners(&state, at: now)
                || replaceLost(&state, after: decided, at: now)
                || promote(&state, after: decided, at: now)
                || moveMembers(&state, at: now) || endPause(&state, at: now)
                || preempt(&state, after: decided, at: now)
        else { return nil }
        // What was looked for with care cannot be refused now, unless the decree is too long.
        return Decree(ifAny: state, within: Decree.roomLimit, digest: Hash.self)
    }

    // Each of these says whether it has changed the state: one that has not leaves it to the next
    // as it was.

    /// The agreed view: nobody is missed in silence (DESIGN section 7).
    private mutating func changeView(_ state: inout ClusterState, at now: Instant) -> Bool {
        var changed: [Int] = []
        for at in state.members.indices where state.members[at].id != me {
            let (node, isUp) = (state.members[at].id, state.members[at].isUp)
            if isUp ? isMissed(node, at: now) : isBack(node, at: now) { changed.append(at) }
        }
        guard !changed.isEmpty else {
            upkeep.viewChangedAt = nil
            return false
        }
        let first = upkeep.viewChangedAt ?? now
        guard now - first >= Self.viewBatch else {
            upkeep.viewChangedAt = first
            upkeep.due = first + Self.viewBatch
            return false
        }
        upkeep.viewChangedAt = nil
        state.cause = .up
        for at in changed {
            state.members[at].isUp.toggle()
            if !state.members[at].isUp { state.cause = .down }
        }
        return true
    }

    /// A decree of this leader is chosen: what it says of the members counts from now on, once.
    mutating func countUpkeep(_ decree: Decree, after before: Decree, at now: Instant) {
        let downAfter = before.state.settings.downAfter
        for member in decree.state.members {
            guard let was = before.state.member(member.id) else { continue }
            if member.learnedAddress != nil, member.learnedAddress != was.learnedAddress {
                upkeep.movedAt = now
            }
            guard member.isUp != was.isUp else { continue }
            withPeer(member.id) { peer in
                if member.isUp {
                    peer.attendance.rose(at: now)
                } else {
                    peer.attendance.fell(downAfter, at: now)
                }
            }
        }
    }

    private func isMissed(_ node: NodeID, at now: Instant) -> Bool {
        let answered = peer(node)?.attendance.answeredAt ?? .zero
        return now - max(answered, upkeep.since) >= settings.downAfter
    }

    private func isBack(_ node: NodeID, at now: Instant) -> Bool {
        guard let attendance = peer(node)?.attendance, let at = attendance.answeredAt,
            now - at <= lately
        else { return false }
        return now - attendance.steadySince >= attendance.hold(settings.downAfter)
    }

    /// Observers that asked for a vote get it, to an odd number of voters (DESIGN section 7).
    private func promote(
        _ state: inout ClusterState,
        after decided: Decree,
        at now: Instant
    ) -> Bool {
        guard settings.autoPromote else { return false }
        var fit: [Int] = []
        for at in state.members.indices where state.members[at].asked?.votes ?? false {
            let member = state.members[at]
            guard !member.role.votes, member.isUp else { continue }
            if isFit(member.id, slot: decided.slot, at: now) { fit.append(at) }
        }
        // Most often nobody asks.
        guard !fit.isEmpty else { return false }
        let voters = state.voters.count
        let wanted = voters.isMultiple(of: 2) ? 1 : 2
        guard fit.count >= wanted, voters + wanted <= Int(settings.maxVoters) else { return false }
        var new = state
        for at in fit.prefix(wanted) {
            new.members[at].role = new.members[at].asked ?? .observer
            new.members[at].asked = nil
        }
        new.cause = .promoted
        guard hasQuorum(new, after: decided, at: now) else { return false }
        state = new
        return true
    }

    /// Whether a host has answered ten heartbeats in a row, holds this slot and speaks as the cluster
    /// does.
    func isFit(_ node: NodeID, slot: Slot, at now: Instant) -> Bool {
        (peer(node)?.attendance.streak ?? 0) >= Self.probation
            && isLive(node, slot: slot, at: now)
            && spoken(by: node)?.contains(settings.protocolVersion) ?? false
    }

    func hasQuorum(_ state: ClusterState, after decided: Decree, at now: Instant) -> Bool {
        do throws(Refused) {
            try demandQuorum(for: state, after: decided, force: true, at: now)
            return true
        } catch {
            return false
        }
    }

    /// A member that is heard from elsewhere is reached there as well from now on. Where one was heard
    /// long ago nobody need look: others may have heard it since, and written that down.
    private mutating func moveMembers(_ state: inout ClusterState, at now: Instant) -> Bool {
        if let last = upkeep.movedAt, now - last < Self.moveInterval { return false }
        var isMoved = false
        for at in state.members.indices {
            let member = state.members[at]
            let address = member.id == me ? ownLocation(at: now) : location(of: member.id, at: now)
            guard let address, !member.allAddresses.contains(address) else { continue }
            state.members[at].learnedAddress = address
            isMoved = true
        }
        guard isMoved else { return false }
        state.cause = .address
        return true
    }

    private func location(of node: NodeID, at now: Instant) -> String? {
        guard let at = place(of: node), peers[at].isHeard(within: lately, at: now) else {
            return nil
        }
        return peers[at].location
    }

    /// Where this host is, by the word of the one who would write it down next: nobody hears itself,
    /// and of two who hear it from different networks neither is to have it changed back again.
    private func ownLocation(at now: Instant) -> String? {
        guard let decided = learner.decided, peers.contains(where: { $0.ownLocation != nil }) else {
            return nil
        }
        let others = Succession.heirs(of: decided) + decided.state.members.map(\.id)
        let first = others.lazy.compactMap { peer($0) }
            .first { $0.isHeard(within: lately, at: now) }
        return first?.ownLocation
    }

    /// A pause that is over is forgotten, so that nobody who starts later counts it anew.
    private func endPause(_ state: inout ClusterState, at now: Instant) -> Bool {
        guard state.pause != nil, pauseEnd(at: now) == nil else { return false }
        resume(&state)
        return true
    }

    /// A better candidate that has answered for long takes over, where that is wanted.
    private mutating func preempt(
        _ state: inout ClusterState,
        after decided: Decree,
        at now: Instant
    ) -> Bool {
        upkeep.waitsForHolders = false
        guard let wait = settings.preemptAfter, pauseEnd(at: now) == nil,
            let own = state.member(me)
        else { return false }
        let better = Succession.heirs(of: decided).first { node in
            guard let member = state.member(node), member.priority > own.priority,
                let attendance = peer(node)?.attendance, attendance.answeredAt != nil
            else { return false }
            return isReady(node, slot: decided.slot, at: now)
                && now - max(attendance.steadySince, upkeep.since) >= wait
        }
        guard let better else { return false }
        upkeep.waitsForHolders = isHeld
        if isHeld { return false }
        (state.leader, state.epoch, state.cause) = (better, state.epoch + 1, .transfer)
        return true
    }
}
