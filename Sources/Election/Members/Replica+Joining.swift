// SPDX-License-Identifier: Apache-2.0

import Paxos

// How a host becomes a member: it asks whoever leads, and asks again. A new name is let in as an
// observer at once. A name that a member has is refused while that member lives; when it is down
// and heard by nobody, the newcomer is watched for ten heartbeats and then takes its place.

/// A host that wants to be a member, as the leader knows it.
struct Joiner: Hashable, Sendable {
    var member: Member
    let versions: ClosedRange<UInt8>
    var askedAt: Instant
    /// Whose place it is to take; nil for a new name.
    var place: NodeID?
}

/// What a host that asks to join remembers of that.
struct Joining: Hashable, Sendable {
    /// When it asks next.
    var nextAt = Instant.zero
    /// When it asked last.
    var askedAt = Instant.zero
    /// How many were asked in vain since the last answer.
    var attempts = 0
    /// The refusal that was told last, and when.
    var told = ""
    var toldAt = Instant.zero
}

extension Replica {
    /// Refused, or watched: asked again after this.
    private static var joinPatience: Span { .milliseconds(5000) }
    /// The same refusal is told again after this.
    private static var joinTold: Span { .milliseconds(60_000) }
    /// Who has not been heard for this long wants to join no more.
    private static var joinLife: Span { .milliseconds(15_000) }
    /// How many may want to join at a time.
    private static var joinersLimit: Int { 32 }

    // The host that asks.

    /// Whether this host is to ask whether it may join.
    var isJoining: Bool {
        learner.decided != nil && phase == .resting && !isLeaving && !isMember(me)
    }

    /// When it asks next: who was told to be patient and hears no leader any more may have moved, and
    /// is looked for where it was.
    var joinDue: Instant? {
        guard isJoining else { return nil }
        guard let heard = heardLeader else { return joining.nextAt }
        return min(joining.nextAt, max(heard.until, joining.askedAt + joinInterval))
    }

    private var joinInterval: Span { max(settings.lease, .milliseconds(500)) }

    /// Asks the leader, and where that says nothing, the others in turn: who knows a newer decree
    /// sends it.
    mutating func askToJoin(at now: Instant) {
        guard let decided = learner.decided else { return }
        let others = decided.quorum.voters.filter { $0 != decided.leader }
        let asked = ([decided.leader] + others)[joining.attempts % (others.count + 1)]
        joining.attempts += 1
        (joining.askedAt, joining.nextAt) = (now, now + joinInterval)
        settleAll(.join)
        let join = Join(member: member, versions: versions)
        ask(asked, .join, .join(join), at: now)
    }

    mutating func heardJoinAnswer(_ answer: JoinAnswer, from node: NodeID, at now: Instant) {
        settle(node, .join)
        guard isJoining else { return }
        switch answer {
        case .notLeader: joining.nextAt = now + settings.heartbeat
        case .watched: (joining.attempts, joining.nextAt) = (0, now + Self.joinPatience)
        case .refused(let sentence):
            (joining.attempts, joining.nextAt) = (0, now + Self.joinPatience)
            if sentence == joining.told, now - joining.toldAt < Self.joinTold { return }
            (joining.told, joining.toldAt) = (sentence, now)
            tell(.joinRefused(node, sentence))
        }
    }

    /// Another decree: it names another leader, or this host.
    mutating func noteJoined() {
        settleAll(.join)
        (joining.attempts, joining.nextAt) = (0, .zero)
    }

    // The leader.

    mutating func heardJoin(_ join: Join, from node: NodeID, at now: Instant) {
        guard let decided = learner.decided, join.member.id == node, !isMember(node) else { return }
        guard leaseEnd(at: now) != nil, phase == .reigning else {
            return send(to: node, .joinAnswer(.notLeader))
        }
        if let objection = objection(to: join, decided.state, at: now) {
            return refuseJoin(of: node, objection, at: now)
        }
        upkeep.joiners.removeAll {
            $0.member.id.name == node.name || $0.member.id.key == node.key
        }
        let old = decided.state.member(named: node.name)
        var member = join.member
        if old == nil, member.role.votes { (member.asked, member.role) = (member.role, .observer) }
        (member.isUp, member.isDrained, member.learnedAddress) = (true, false, nil)
        upkeep.joiners.append(
            Joiner(member: member, versions: join.versions, askedAt: now, place: old?.id)
        )
        guard old != nil else {
            upkeep.due = now
            return
        }
        if settings.autoReplace { return send(to: node, .joinAnswer(.watched)) }
        refuseJoin(
            of: node,
            "\(node) is a member that is down, and no host takes its own old place by itself here; "
                + "run 'electctl replace \(node) --by \(node)'",
            at: now
        )
    }

    /// Why this host may not join now; nil where it may.
    private func objection(to join: Join, _ state: ClusterState, at now: Instant) -> String? {
        let name = join.member.id.name
        if let objection = join.member.id.objection { return objection }
        if let objection = join.member.objection { return objection }
        if let objection = objection(toVersionsOf: name, join.versions) { return objection }
        if let other = state.members.first(where: { $0.id.key == join.member.id.key }) {
            return
                "\(name) has the key of \(other.id), so its state directory is a copy of that one; "
                + "move it away on \(name), and start electd there: it makes a key of its own"
        }
        if let old = state.member(named: name) {
            guard isAbsent(old, at: now) else {
                return "the name \(name) is in use by a host with another key; give this one "
                    + "another Name=, or stop the other and wait until it is down"
            }
            return nil
        }
        if settings.admission == .approve, !state.announced.contains(where: { $0.name == name }) {
            return "\(name) was not announced; run 'electctl add \(name)' on a member"
        }
        guard state.members.count < ClusterState.memberLimit else {
            return
                "the cluster has \(state.members.count) members, and no more fit; remove one first"
        }
        // Who is noted already and asks again takes no second place.
        let others = upkeep.joiners.count { $0.member.id.name != name }
        guard others < Self.joinersLimit else {
            return
                "\(others) hosts want to join already; \(name) asks again by itself: let it, or stop "
                + "those that are not to join"
        }
        var next = state
        next.members.append(join.member)
        next.askedBy = name
        guard fits(next) else {
            return "the decree would be too long with \(name) in it; use fewer labels and addresses"
        }
        return nil
    }

    private func objection(toVersionsOf name: String, _ versions: ClosedRange<UInt8>) -> String? {
        let version = settings.protocolVersion
        if versions.contains(version) { return nil }
        return "\(name) speaks protocol versions \(versions.lowerBound) to \(versions.upperBound), "
            + "this cluster speaks \(version); install a release that speaks it"
    }

    /// Whether this state makes a decree that is not too long. It is asked of each joiner alone, or
    /// one that does not fit would keep out all others, and whatever else a leader has to do.
    private func fits(_ state: ClusterState) -> Bool {
        state.encoded.count <= Decree.roomLimit
    }

    /// Whether a member is down and nobody hears it: not this host, and none that answers it.
    private func isAbsent(_ member: Member, at now: Instant) -> Bool {
        if member.isUp || member.id == me { return false }
        if peer(member.id)?.isHeard(within: settings.downAfter, at: now) ?? false { return false }
        return !peers.contains { peer in
            peer.alsoHears.contains(member.id) && peer.isHeard(within: settings.downAfter, at: now)
        }
    }

    private mutating func refuseJoin(of node: NodeID, _ sentence: String, at now: Instant) {
        send(to: node, .joinAnswer(.refused(sentence)))
        let isNews = withPeer(node) { peer in
            if let at = peer.joinToldAt, now - at < Self.joinTold { return false }
            peer.joinToldAt = now
            return true
        }
        if isNews { tell(.joinRefused(node, sentence)) }
    }

    mutating func dropJoiners(at now: Instant) {
        guard !upkeep.joiners.isEmpty else { return }
        let life = Self.joinLife
        var kept: [Joiner] = []
        for joiner in upkeep.joiners {
            let node = joiner.member.id
            let answered = peer(node)?.attendance.answeredAt ?? .zero
            guard now - max(joiner.askedAt, answered) <= life, !isMember(node) else { continue }
            // Another version may have been decided since it asked.
            if let objection = objection(toVersionsOf: node.name, joiner.versions) {
                refuseJoin(of: node, objection, at: now)
            } else {
                kept.append(joiner)
            }
        }
        upkeep.joiners = kept
    }

    /// Lets in all whose names are new, as what they were announced as, or else as observers who may
    /// be more later.
    mutating func admitJoiners(_ state: inout ClusterState, at now: Instant) -> Bool {
        var names: [String] = []
        for joiner in upkeep.joiners where joiner.place == nil {
            var member = joiner.member
            let name = member.id.name
            guard state.member(named: name) == nil,
                state.members.count < ClusterState.memberLimit
            else { continue }
            var new = state
            if let announced = state.announced.first(where: { $0.name == name }) {
                member.asked = announced.role.votes ? announced.role : nil
                new.announced.removeAll { $0.name == name }
            }
            new.members.append(member)
            new.askedBy = names.first ?? name
            guard fits(new) else { continue }
            state = new
            names.append(name)
        }
        guard !names.isEmpty else { return false }
        state.cause = .joined
        return true
    }

    /// Gives a watched host the place of the identity that it lost (DESIGN section 7).
    mutating func replaceLost(
        _ state: inout ClusterState,
        after decided: Decree,
        at now: Instant
    ) -> Bool {
        guard settings.autoReplace else { return false }
        for joiner in upkeep.joiners {
            guard let place = joiner.place, let old = state.member(place),
                isAbsent(old, at: now), isFit(joiner.member.id, slot: decided.slot, at: now)
            else { continue }
            var new = state
            take(joiner, in: &new)
            guard fits(new), hasQuorum(new, after: decided, at: now) else { continue }
            state = new
            return true
        }
        return false
    }

    /// The newcomer takes the place as it was: its role, priority and labels.
    func take(_ joiner: Joiner, in state: inout ClusterState) {
        guard let at = state.members.firstIndex(where: { $0.id == joiner.place }) else { return }
        state.members[at].id = joiner.member.id
        if !joiner.member.addresses.isEmpty {
            state.members[at].addresses = joiner.member.addresses
        }
        (state.members[at].isUp, state.members[at].learnedAddress) = (true, nil)
        state.cause = .replaced
        state.askedBy = joiner.member.id.name
    }
}
