// SPDX-License-Identifier: Apache-2.0

import Paxos

// Changes of the members that people ask for: one decree each, or a refusal that says what to do.

extension Replica {
    // Each of these changes the state that is to be the next decree's.

    /// Announces a host, so that it may join where each must be approved.
    func admit(_ state: inout ClusterState, _ name: String, _ role: Role) throws(Refused) {
        if let objection = NodeID(name: name, key: .none).objection { throw Refused(objection) }
        if state.member(named: name) != nil {
            throw Refused(
                "\(name) is a member already; to change what it is there for, set its role"
            )
        }
        state.announced.removeAll { $0.name == name }
        guard state.announced.count < ClusterState.announcedLimit else {
            throw Refused(
                "\(state.announced.count) hosts are announced and have not come; remove one first"
            )
        }
        state.announced.append(Announcement(name: name, role: role))
        state.cause = .settings
    }

    /// Removes a member, or an announcement.
    func remove(_ state: inout ClusterState, _ name: String) throws(Refused) {
        if state.member(named: name) == nil, state.announced.contains(where: { $0.name == name }) {
            state.announced.removeAll { $0.name == name }
            state.cause = .settings
            return
        }
        let at = try find(name, in: state)
        if state.voters == [state.members[at].id] {
            throw Refused("\(name) is the only voter; make another member a voter first")
        }
        state.members.remove(at: at)
        state.cause = .removed
    }

    /// One member takes the place of another, which goes.
    func replace(
        _ state: inout ClusterState,
        _ name: String,
        by other: String,
        at now: Instant
    ) throws(Refused) {
        let at = try find(name, in: state)
        if name == other { return try returnPlace(&state, at, now) }
        let from = try find(other, in: state)
        guard !state.members[from].role.votes else {
            throw Refused("\(other) is a voter itself; remove \(name) instead")
        }
        var member = state.members[from]
        (member.role, member.asked) = (state.members[at].role, nil)
        member.priority = state.members[at].priority
        state.members[at] = member
        state.members.remove(at: from)
        state.cause = .replaced
    }

    /// A host that came back with a new identity takes its old place.
    private func returnPlace(
        _ state: inout ClusterState,
        _ at: Int,
        _ now: Instant
    ) throws(Refused) {
        let old = state.members[at].id
        guard let joiner = upkeep.joiners.first(where: { $0.place == old }) else {
            throw Refused(
                "no host with a new identity asks for the place of \(old); start it, or give the "
                    + "name of the member that is to take the place"
            )
        }
        guard isFit(joiner.member.id, slot: learner.slot, at: now) else {
            throw Refused(
                "the new \(old) has not answered \(Self.probation) heartbeats in a row yet; try "
                    + "again in a moment",
                mayPass: true
            )
        }
        take(joiner, in: &state)
    }

    /// Changes a member's entry.
    func set(
        _ state: inout ClusterState,
        _ name: String,
        _ change: MemberChange
    ) throws(Refused) {
        let at = try find(name, in: state)
        var member = state.members[at]
        let was = member
        if let role = change.role { (member.role, member.asked) = (role, nil) }
        if let priority = change.priority { member.priority = priority }
        if let addresses = change.addresses {
            (member.addresses, member.learnedAddress) = (addresses, nil)
        }
        if let labels = change.labels { member.labels = labels }
        if let objection = member.objection { throw Refused(objection) }
        state.members[at] = member
        if !was.role.votes, member.role.votes {
            state.cause = .promoted
        } else {
            let isMoved = change.role == nil && change.priority == nil && change.labels == nil
            state.cause = isMoved ? .address : .settings
        }
        guard state.members.contains(where: { $0.role.votes }) else {
            throw Refused("\(name) is the only voter; make another member a voter first")
        }
    }

    /// Where in the list a member of this name stands.
    func find(_ name: String, in state: ClusterState) throws(Refused) -> Int {
        if let at = state.members.firstIndex(where: { $0.id.name == name }) { return at }
        let names = state.members.prefix(9).map(\.id.name).joined(separator: ", ")
        let more = state.members.count > 9 ? ", …" : ""
        throw Refused("there is no member \(name); the members are \(names)\(more)")
    }

    // What holds of every change.

    /// A leader that may no longer lead names its successor in the same decree (R21).
    func nameSuccessor(
        in state: inout ClusterState,
        after decided: Decree,
        at now: Instant
    ) throws(Refused) {
        if state.leader != me || state.member(me)?.mayLead ?? false { return }
        // The new list is asked who may, the old one in which order: this leader is in that.
        let heirs = Succession.heirs(of: decided).filter { state.member($0)?.mayLead ?? false }
        let isReady = { node in self.isReady(node, slot: decided.slot, at: now) }
        guard let heir = heirs.first(where: isReady) ?? heir(in: state, where: isReady) else {
            let isLagging = state.members.contains { $0.mayLead && isHeard($0.id, at: now) }
            throw Refused(
                "\(me) leads, and no other voter that may lead is heard and up to date; "
                    + "start one, or set the priority of one above 0",
                mayPass: isLagging
            )
        }
        state.leader = heir
        state.epoch += 1
    }

    /// Somebody whom only this change lets lead.
    private func heir(in state: ClusterState, where isReady: (NodeID) -> Bool) -> NodeID? {
        state.members.first { $0.mayLead && $0.isUp && isReady($0.id) }?.id
    }

    /// Whether a node is heard and holds the decree of this slot on disk.
    func isReady(_ node: NodeID, slot: Slot, at now: Instant) -> Bool {
        guard let peer = peer(node) else { return false }
        return peer.durableSlot >= slot && peer.isHeard(within: lately, at: now)
    }

    private func isHeard(_ node: NodeID, at now: Instant) -> Bool {
        peer(node)?.isHeard(within: lately, at: now) ?? false
    }

    /// Whether a voter has reported this slot as held within two heartbeat intervals.
    func isLive(_ voter: NodeID, slot: Slot, at now: Instant) -> Bool {
        if voter == me { return true }
        guard let peer = peer(voter), let at = peer.durableAt else { return false }
        return peer.durableSlot >= slot && now - at <= settings.heartbeat * 2
    }

    /// Never a decree whose voters have no live majority: it would be the last (hazard 7). And only
    /// by force one that leaves none of them to spare although there was one.
    func demandQuorum(
        for state: ClusterState,
        after decided: Decree,
        force: Bool,
        at now: Instant
    ) throws(Refused) {
        guard state.voters != decided.state.voters else { return }
        func heard(_ quorum: Quorum) -> Int {
            quorum.voters.count { $0 == me || isHeard($0, at: now) }
        }
        let new = Quorum(of: state.voters)
        let (count, needed) = (new.voters.count, new.needed)
        let answer = new.voters.count { isLive($0, slot: decided.slot, at: now) }
        let mayCome = heard(new)
        guard answer >= needed else {
            throw Refused(
                "of the \(count) voters this makes, \(answer) answer and \(needed) are needed; "
                    + "start the others first",
                mayPass: mayCome >= needed
            )
        }
        // A voter whose report is late for once is still one to spare.
        let hadSpare = heard(decided.quorum) > decided.quorum.needed
        if force || answer > needed || !hadSpare { return }
        let left =
            count == 2
            ? "2 voters would be left and both are needed: one failure stops the cluster"
            : "of the \(count) voters this makes, \(answer) answer and \(needed) are needed: one "
                + "failure stops the cluster"
        throw Refused("\(left); add a voter first, or say --force", mayPass: mayCome > needed)
    }
}
