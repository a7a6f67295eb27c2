// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// Copied disks and older images: outside of what Paxos survives (R1). What must hold is that they
// are noticed (R23): from the moment a peer has heard both, it counts neither, and whoever is told
// votes no more.

/// What one run has heard of another node's runs, by R23's own sentence.
struct Acquaintance {
    let node: NodeID
    /// The run that it takes for the present one, and since when.
    var run: UInt64
    var since: Instant
    /// The runs that others have replaced, the oldest first.
    var replaced: [UInt64] = []
    /// Two living copies are known until then.
    var copiedUntil = Instant.zero
}

extension World {
    /// A message of another has come: what R23 says of it is worked out here once more.
    mutating func hear(_ host: Int, _ message: Message, from node: NodeID, _ session: Instant) {
        mustRefuse = isForeign(message, to: host) ? node : nil
        if let process = hosts[host].process, node != hosts[host].node {
            regard(host, process, message, from: node, session)
        }
        step(host, .received(message, from: node, session: session))
    }

    private mutating func regard(
        _ host: Int,
        _ process: Process,
        _ message: Message,
        from node: NodeID,
        _ session: Instant
    ) {
        switch message.body {
        // What is of another cluster is not even looked at.
        case .hello where mustRefuse != nil: break
        case .hello(let hello):
            if meet(process, hello, of: node, session, at: local(host)) { mustNotice = node }
            let told = hello.heard.first { $0.node == hosts[host].node }
            if let told, told.number > process.stored.number { process.isToldOff = true }
        case .refuse(let refusal):
            // Of whom nothing is counted, that is not counted either.
            if refusal.reason == .copied, counts(node, to: host) { process.isToldOff = true }
        case .ack(let ack):
            guard counts(node, to: host) else { return }
            noteGrant(process, until: ack.sentAt + ack.lease, by: node)
            noteReport(host, process, of: ack.durableSlot, by: node)
        case .accepted(let reply):
            guard counts(node, to: host) else { return }
            noteGrant(process, until: reply.sentAt + reply.lease, by: node)
        case .canvassReply(let reply):
            guard counts(node, to: host) else { return }
            noteReport(host, process, of: reply.durableSlot, by: node)
        default: break
        }
    }

    /// Whether what a node says in the next step is taken for its word.
    private func counts(_ node: NodeID, to host: Int) -> Bool {
        mustRefuse == nil && !isKnownCopy(node, to: host)
    }

    /// A grant that a host may count, and how long it lasts at most, on the host's own clock.
    private func noteGrant(_ process: Process, until end: Instant, by node: NodeID) {
        process.grants.change(node, from: end) { $0 = max($0, end) }
    }

    /// Whether a host has heard two living copies of a node, and one of them not long ago.
    private func isKnownCopy(_ node: NodeID, to host: Int) -> Bool {
        guard let process = hosts[host].process, !process.met.isEmpty,
            let known = process.met.first(where: { $0.node == node })
        else { return false }
        return local(host) < known.copiedUntil
    }

    /// Whether this greeting shows that two copies live: its run is one that another had replaced,
    /// over a handshake begun after that.
    private func meet(
        _ process: Process,
        _ hello: Hello,
        of node: NodeID,
        _ session: Instant,
        at now: Instant
    ) -> Bool {
        guard let at = process.met.firstIndex(where: { $0.node == node }) else {
            process.met.append(Acquaintance(node: node, run: hello.run, since: now))
            return false
        }
        let known = process.met[at]
        guard known.run != hello.run, session > known.since else { return false }
        let isBack = known.replaced.contains(hello.run)
        if isBack {
            let quiet = max(plan.settings.lease * 2, .milliseconds(1000))
            process.met[at].copiedUntil = now + quiet
        }
        process.met[at].replaced.removeAll { $0 == hello.run }
        process.met[at].replaced.append(known.run)
        // A run remembers the last eight.
        if process.met[at].replaced.count > 8 { process.met[at].replaced.removeFirst() }
        (process.met[at].run, process.met[at].since) = (hello.run, now)
        return isBack
    }

    /// Who has heard two living copies says so, and tells the one it hears (R23b).
    mutating func copiesAreNoticed(_ host: Int, _ effects: Effects) {
        guard let node = mustNotice else { return }
        mustNotice = nil
        // Who is about to end says nothing more.
        guard let process = hosts[host].process, !process.isToldOff, !process.replica.isHalted
        else {
            return
        }
        let isTold = effects.messages.contains {
            guard $0.to == node, case .refuse(let refusal) = $0.message.body else { return false }
            return refusal.reason == .copied
        }
        if !isTold || !effects.events.contains(where: { $0.event == .copied(node) }) {
            violate("copiesAreNoticed", "\(hosts[host].node) heard two of \(node) and says nothing")
        }
    }

    /// Nothing of either copy is counted while both are known to live: no word is given to them.
    mutating func copiesAreNotCounted(_ host: Int, _ envelope: Envelope) {
        switch envelope.message.body {
        case .promise, .accepted, .ack: break
        default: return
        }
        if envelope.after == nil, isKnownCopy(envelope.to, to: host) {
            violate("copiesAreNotCounted", "\(hosts[host].node) says \(envelope.message)")
        }
    }

    /// Nor does what they say: no lease rests on the word of a copy.
    mutating func copiesGiveNoLease(_ host: Int) {
        guard isBeyond, !restsOnGrants(host) else { return }
        violate("copiesAreNotCounted", "\(hosts[host].node) leads by the grants of copies")
    }

    /// Who is told that it runs on an older image, or that there are two of it, withdraws in that
    /// step and gives no word in this run, not even one that waited for its record then (R23). Told by
    /// whom it counts nothing of, it is not told.
    mutating func toldHostsVoteNoMore(_ host: Int, _ message: Message) {
        guard hosts[host].process?.isToldOff ?? false else { return }
        switch message.body {
        case .promise, .accepted, .ack, .prepare, .accept, .heartbeat:
            violate("toldHostsVoteNoMore", "\(hosts[host].node) was told and says \(message)")
        default: break
        }
    }

    /// And its page says so.
    mutating func toldHostsLetGo(_ host: Int) {
        guard hosts[host].process?.isToldOff ?? false else { return }
        if hosts[host].page.standing != .unsure {
            violate(
                "toldHostsVoteNoMore",
                "\(hosts[host].node) was told and shows \(hosts[host].page.standing)"
            )
        }
    }

    /// Of two copies that have lived and been connected for long, one at least was told.
    ///
    /// R23 promises that the peer notices that hears both, not that both are heard. A copy may ask in
    /// vain for ever where the voters that its decree names are gone, told off, copied too, or live on
    /// only as a copy, which has not their address. So this is asked only where each of the two may
    /// stand, and all whom it would ask are well.
    mutating func livingCopiesAreFound() {
        for copy in plan.members..<plan.hosts where hosts[copy].face != copy {
            let original = hosts[copy].face
            guard hosts[original].node == hosts[copy].node, asksAround(original),
                asksAround(copy)
            else { continue }
            violate(
                "livingCopiesAreFound",
                "n\(original + 1) and its copy both vote; \(activities)"
            )
        }
    }

    /// Whether a host that was not told off may stand by its own decree, and all whom it would ask
    /// would answer.
    private func asksAround(_ host: Int) -> Bool {
        let node = hosts[host].node
        guard isWell(hosts[host]), let decree = hosts[host].memory?.record.decided,
            decree.state.member(node)?.mayLead ?? false
        else { return false }
        let others = decree.quorum.voters.filter { $0 != node }
        return !others.isEmpty
            && others.allSatisfy { voter in
                let bearers = hosts.filter { $0.node == voter }
                return bearers.count == 1
                    && bearers.allSatisfy {
                        isWell($0) && $0.face == $0.index && isMet($0, by: host)
                    }
            }
    }

    /// Whether what one says reaches another that runs, and is not dropped there.
    private func isMet(_ other: Host, by host: Int) -> Bool {
        (other.move == 0 || knows(host, other.index))
            && cluster(of: other.index) == cluster(of: host)
    }

    private func isWell(_ host: Host) -> Bool {
        host.process.map { $0.isStarted && !$0.isToldOff } ?? false
    }

    /// An operator copies a living host's disk to another machine, and starts it there.
    mutating func clone(_ host: Int) {
        guard let idle = hosts.indices.first(where: { isIdle($0) }),
            host < plan.members, hosts[host].process?.isStarted ?? false
        else { return }
        trace.note(now, idle, 31, UInt64(host), "IS A COPY OF n\(host + 1)")
        hosts[idle].take(hosts[host])
        isBeyond = true
        queue.plan(.boot(host: idle), at: now + faultDice.pickLog(5_000_000...plan.lease * 4))
    }

    /// Whether it is a machine that nobody has copied a disk to.
    func isIdle(_ host: Int) -> Bool {
        host >= plan.members && hosts[host].process == nil && hosts[host].face == host
    }

    /// An image of a disk is taken, or one that was taken is put back.
    mutating func rollBack(_ host: Int) {
        guard host < plan.members else { return }
        guard let image = hosts[host].image, image.node == hosts[host].node else {
            trace.note(now, host, 32, 0, "AN IMAGE IS TAKEN")
            hosts[host].image = Image(drive: hosts[host].drive, node: hosts[host].node)
            return
        }
        crash(host, power: true)
        isBeyond = true
        hosts[host].drive = image.drive
        hosts[host].drive.sync()
        hosts[host].image = nil
        hosts[host].stored = RecordID(0)
        remembered(host)
        trace.note(now, host, 33, 0, "AN OLDER IMAGE IS PUT BACK")
        queue.plan(.boot(host: host), at: now + faultDice.pickLog(5_000_000...plan.lease * 4))
    }
}

extension Host {
    /// Becomes another machine with the same state directory.
    fileprivate mutating func take(_ other: Host) {
        (node, incarnation, face) = (other.node, other.incarnation, other.face)
        (member, drive, record) = (other.member, other.drive, other.record)
        drive.sync()
        stored = RecordID(0)
    }
}
