// SPDX-License-Identifier: Apache-2.0

import Paxos

// The first decree. Every host that the operator listed must say "I am blank, and this is who I
// am" before anybody is asked to promise anything, and each promise names all of those identities:
// a host that was wiped in between is not among them, and refuses (R10, B5).

extension Replica {
    /// The list this host was given, as long as it may help to found a cluster (R20).
    var founders: InitialList? {
        guard learner.decided == nil, case .bootstrap(let list) = origin else { return nil }
        return list
    }

    var isFounder: Bool { founders != nil }

    /// What this host answers a founder's canvass with.
    var blank: Blank? {
        listDigest.map { Blank(member: member, list: $0, names: founders?.names ?? []) }
    }

    /// What this host asks before it stands.
    var question: Canvass { Canvass(list: listDigest, names: founders?.names ?? []) }

    /// The founders that have greeted this run, and this host itself.
    var knownFounders: [NodeID] {
        guard let founders else { return [] }
        var known = [me]
        for at in peers.indices where peers[at].run != nil && peers[at].id.name != me.name {
            let node = peers[at].id
            if founders.entries.contains(where: { $0.name == node.name }) { known.append(node) }
        }
        return known
    }

    /// The founders that are still to be met.
    var missingFounders: [String] {
        let known = knownFounders.map(\.name)
        return founders?.entries.map(\.name).filter { !known.contains($0) } ?? []
    }

    /// Who stands for slot 1, and when: the first of the list that may lead as soon as all have
    /// answered, the others a lease later.
    func foundingDue(_ canvassing: Canvassing) -> Instant? {
        guard let list = founders else { return nil }
        var complete = canvassing.since
        var leaders: [String] = []
        var nodes: [NodeID] = []
        let digest = listDigest
        for entry in list.entries {
            guard let member = founder(entry.name, digest, canvassing) else { return nil }
            if member.id != me {
                complete = max(complete, canvassing.reply(of: member.id)?.at ?? .never)
            }
            if member.mayLead { leaders.append(entry.name) }
            nodes.append(member.id)
        }
        guard commonVersion(of: nodes) != nil else { return nil }
        guard let rank = leaders.firstIndex(of: me.name) else { return nil }
        let wait =
            rank == 0 ? .zero : settings.lease + successionStep * (rank - 1)
        return max(complete + wait, backoffUntil)
    }

    /// A founder's own entry, by the answer it gave to this canvass.
    private func founder(
        _ name: String,
        _ digest: Digest?,
        _ canvassing: Canvassing
    ) -> Member? {
        if name == me.name { return member }
        for reply in canvassing.replies.reversed() where reply.node.name == name {
            guard let blank = reply.reply.blank, blank.list == digest,
                blank.member.id == reply.node
            else { continue }
            return blank.member
        }
        return nil
    }

    /// Fixes the identities that this ballot is for.
    mutating func takeFounders(_ canvassing: Canvassing) {
        guard let list = founders else { return }
        let digest = listDigest
        foundingMembers = list.entries.compactMap { founder($0.name, digest, canvassing) }
    }

    var founderIDs: [NodeID] { foundingMembers.map(\.id) }

    /// What a Prepare of slot 1 carries besides.
    var genesisRequest: PrepareRequest.Genesis? {
        listDigest.map { PrepareRequest.Genesis(ids: founderIDs, list: $0) }
    }

    mutating func heardFoundingPrepare(
        _ request: PrepareRequest,
        from node: NodeID,
        at now: Instant
    ) {
        let ballot = request.prepare.ballot
        guard isFounder, request.prepare.slot == 1, let genesis = request.genesis else { return }
        guard genesis.list == listDigest, genesis.ids.contains(me) else {
            complain(of: node, .listsDiffer(node, theirs: [], ours: founders?.names ?? []))
            return refuse(node, ballot, .list, at: now)
        }
        guard genesis.ids.contains(node) else { return refuse(node, ballot, .standing, at: now) }
        let was = acceptor.promised
        if ballot < was { return refuse(node, ballot, .promised, at: now) }
        let wait = doorman.waitOfProposer(node, promised: was, at: now)
        guard wait == .zero else { return refuse(node, ballot, .bound, wait: wait, at: now) }
        promise(request.prepare, to: node, at: now)
    }

    /// The first decree; nil where these founders cannot make one.
    func foundingDecree() -> Decree? {
        guard let version = commonVersion(of: founderIDs) else { return nil }
        var settings = firstSettings
        settings.protocolVersion = version
        let state = ClusterState(
            cluster: nil,
            slot: 1,
            previous: .none,
            epoch: 1,
            leader: me,
            name: clusterName,
            settings: settings,
            members: foundingMembers,
            cause: .elected
        )
        return Decree(ifAny: state, within: Decree.roomLimit, digest: Hash.self)
    }

    /// The lowest version of the protocol that all of these speak; nil where there is none. Who did
    /// not speak the cluster's version could not vote after its next start.
    private func commonVersion(of nodes: [NodeID]) -> UInt8? {
        var common = versions
        for node in nodes {
            guard let spoken = spoken(by: node), spoken.overlaps(common) else { return nil }
            common = common.clamped(to: spoken)
        }
        return common.lowerBound
    }

    mutating func forgetFounding() {
        listDigest = nil
        foundingMembers = []
        complaints = []
    }

    /// Notes what a founder's answer lacks.
    mutating func checkFounder(_ blank: Blank?, _ node: NodeID) {
        guard let blank else {
            if peer(node)?.shownSlot == 0 { complain(of: node, .notBlank(node)) }
            return
        }
        checkList(blank.list, blank.names, of: node)
        checkVersions(of: node)
    }

    /// Where each two founders have a version in common, all of them have.
    private mutating func checkVersions(of node: NodeID) {
        guard let spoken = spoken(by: node) else { return }
        for other in knownFounders {
            guard let others = self.spoken(by: other), !others.overlaps(spoken) else { continue }
            let older = others.upperBound < spoken.lowerBound ? other : node
            let sentence =
                "\(node) speaks protocol versions \(spoken.lowerBound) to \(spoken.upperBound) and "
                + "\(other) \(others.lowerBound) to \(others.upperBound), and founders need one that "
                + "all speak; install a newer release on \(older)"
            return complain(of: node, .joinRefused(node, sentence))
        }
    }

    mutating func checkList(_ list: Digest?, _ names: [String], of node: NodeID) {
        guard let list, let ours = listDigest, list != ours else { return }
        complain(of: node, .listsDiffer(node, theirs: names, ours: founders?.names ?? []))
    }

    /// This host was to found a cluster with others than those who have founded this one: it is a
    /// joiner now, and its operator hears why.
    func foundedBefore(_ decree: Decree, by node: NodeID) -> Event? {
        guard let ours = founders?.names, !decree.state.members.contains(where: { $0.id == me })
        else {
            return nil
        }
        let theirs = decree.state.members.map(\.id.name).sorted()
        return theirs == ours ? nil : .foundedBefore(node, theirs: theirs, ours: ours)
    }

    /// Who would found a cluster with others than the members of this one, and has seen no decree.
    mutating func checkLatecomer(_ names: [String], _ node: NodeID) {
        guard let decided = learner.decided, !names.isEmpty, !isMember(node),
            peer(node)?.shownSlot == 0
        else { return }
        let ours = decided.state.members.map(\.id.name).sorted()
        if names != ours { complain(of: node, .foundedBefore(node, theirs: names, ours: ours)) }
    }

    /// Says what is wrong with a founder, once.
    mutating func complain(of node: NodeID, _ event: Event) {
        guard !complaints.contains(node), complaints.count < 64 else { return }
        complaints.append(node)
        tell(event)
    }
}
