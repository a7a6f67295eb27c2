// SPDX-License-Identifier: Apache-2.0

import Paxos

// The voter: what it promises, accepts and grants, and to whom.

extension Replica {
    /// Turns a node down. Rests on nothing (R4).
    mutating func refuse(
        _ node: NodeID,
        _ ballot: Ballot,
        _ reason: Refusal.Reason,
        wait: Span = .zero,
        at now: Instant
    ) {
        let refusal = Refusal(
            ballot: ballot,
            promised: acceptor.promised,
            freeIn: wait,
            reason: reason
        )
        send(to: node, .refuse(refusal))
    }

    /// Whether this run may answer Prepare, Accept and Heartbeat at all: it has been greeted by
    /// another voter, so it would know if its disk were an older image (R23); a single voter has
    /// nobody to ask.
    var isAwake: Bool {
        guard let decided = learner.decided else {
            return founders?.entries.count == 1 || knownFounders.count > 1
        }
        if decided.quorum.isAlone(me) { return true }
        for at in peers.indices where peers[at].run != nil {
            if decided.quorum.contains(peers[at].id) { return true }
        }
        return false
    }

    /// Whether this node's vote counts for the slot after its newest decree.
    var isVoter: Bool { learner.decided?.quorum.contains(me) ?? false }

    /// Whether `node` may ask this voter for anything (R8).
    func mayAsk(_ node: NodeID) -> Bool {
        learner.decided?.mayLead(node) ?? false
    }

    /// A promise or a grant under this ballot: remembered, and seen.
    mutating func note(promise ballot: Ballot, at now: Instant, was: Ballot) {
        highestRound = max(highestRound, ballot.round)
        guard ballot != was else { return }
        let isAllWritten = ledger.after(.promised, .accepted, .decided, .maxLease) == nil
        ledger.changed(.promised)
        if ballot.owner != me { endRelease(at: now) }
        // Nobody can hold a grant any more: the longest lease of old days is done with (section 4,
        // item 10). An answer that waits for the disk may still tell of such a grant, so nothing
        // may wait.
        let lease = settings.lease
        if ballot.owner != was.owner, doorman.isAtPeace(at: now), maxLease > lease, isAllWritten {
            maxLease = lease
            ledger.changed(.maxLease)
        }
    }

    mutating func heardPrepare(_ request: PrepareRequest, from node: NodeID, at now: Instant) {
        let (ballot, slot) = (request.prepare.ballot, request.prepare.slot)
        guard ballot.owner == node, isAwake else { return }
        guard learner.decided != nil else {
            return heardFoundingPrepare(request, from: node, at: now)
        }
        // A higher slot than ours is answered by the header's rule: the asker sends the decree.
        guard slot == acceptor.slot, isVoter else { return }
        guard mayAsk(node) else { return refuse(node, ballot, .standing, at: now) }
        let was = acceptor.promised
        if ballot < was { return refuse(node, ballot, .promised, at: now) }
        let wait = doorman.waitOfProposer(node, promised: was, at: now)
        guard wait == .zero else { return refuse(node, ballot, .bound, wait: wait, at: now) }
        promise(request.prepare, to: node, at: now)
    }

    /// Promises, and says so once it is on disk (R4, R9).
    mutating func promise(_ prepare: Prepare, to node: NodeID, at now: Instant) {
        let was = acceptor.promised
        guard case .promise(let promise) = acceptor.receive(prepare) else { return }
        note(promise: promise.ballot, at: now, was: was)
        if node != me { yield(to: promise.ballot, at: now) }
        doorman.favour(node, until: now + successionStep * 2)
        let after = ledger.after(.promised, .accepted, .decided)
        let reply = PromiseReply(promise: promise, writeNumber: ledger.number(after))
        send(to: node, .promise(reply), after: after)
    }

    mutating func heardAccept(_ request: AcceptRequest, from node: NodeID, at now: Instant) {
        let (ballot, decree) = (request.accept.ballot, request.accept.value)
        guard ballot.owner == node, request.accept.slot == decree.slot, isAwake else { return }
        guard decree.slot == acceptor.slot else { return }
        if let oddity = oddity(of: decree) { return contradicted(by: node, oddity, at: now) }
        if acceptor.contradicts(request.accept) {
            return contradicted(by: node, "two values under ballot \(ballot)", at: now)
        }
        if learner.decided == nil {
            guard isFounder, decree.quorum.contains(me) else { return }
        } else {
            guard isVoter else { return }
            guard mayAsk(node) else { return refuse(node, ballot, .standing, at: now) }
        }
        let was = acceptor.promised
        if ballot < was { return refuse(node, ballot, .promised, at: now) }
        let wait = doorman.wait(of: node, promised: was, at: now)
        guard wait == .zero else { return refuse(node, ballot, .bound, wait: wait, at: now) }

        let had = acceptor.accepted
        guard case .accepted(let accepted) = acceptor.receive(request.accept) else { return }
        note(promise: ballot, at: now, was: was)
        if acceptor.accepted != had { ledger.changed(.accepted) }
        if node != me { yield(to: ballot, at: now) }
        // An Accept counts as a heartbeat of the slot before; in slot 1 it grants nothing (R11).
        let isGranted = learner.decided != nil && !doorman.isReleased(ballot)
        if isGranted { grant(request.lease, to: node, at: now) }
        let after = ledger.after(.promised, .accepted, .maxLease)
        let reply = AcceptedReply(
            accepted: accepted,
            decree: decree.id,
            sentAt: request.sentAt,
            lease: isGranted ? request.lease : .zero,
            writeNumber: ledger.number(after)
        )
        send(to: node, .accepted(reply), after: after)
    }

    mutating func heardHeartbeat(_ heartbeat: Heartbeat, from node: NodeID, at now: Instant) {
        guard heartbeat.ballot.owner == node, isAwake, heartbeat.slot == learner.slot,
            let decided = learner.decided
        else { return }
        // Released: granted nothing, and not followed either (R18).
        guard !doorman.isReleased(heartbeat.ballot) else { return }
        // Who leads may be known before it may be granted anything: after a start (R7).
        if node != me, node == decided.leader { follow(heartbeat, of: node, at: now) }
        guard !isHalted else { return }
        let was = acceptor.promised
        if isVoter {
            guard mayAsk(node) else { return refuse(node, heartbeat.ballot, .standing, at: now) }
            if heartbeat.ballot < was {
                return refuse(node, heartbeat.ballot, .promised, at: now)
            }
            let wait = doorman.wait(of: node, promised: was, at: now)
            guard wait == .zero else {
                return refuse(node, heartbeat.ballot, .bound, wait: wait, at: now)
            }
            acceptor.promise(heartbeat.ballot)
            note(promise: heartbeat.ballot, at: now, was: was)
            grant(heartbeat.lease, to: node, at: now)
            if node != me { yield(to: heartbeat.ballot, at: now) }
        }
        // An observer's word grants nothing, so it gives no lease back (R15).
        let after = isVoter ? ledger.after(.promised, .maxLease) : nil
        let ack = Ack(
            ballot: heartbeat.ballot,
            slot: heartbeat.slot,
            sentAt: heartbeat.sentAt,
            lease: isVoter ? heartbeat.lease : .zero,
            durableSlot: durable?.slot ?? 0,
            writeNumber: ledger.number(after),
            alsoHears: heardDown(of: decided, at: now),
            leaderAddress: newAddress(of: node, by: decided)
        )
        send(to: node, .ack(ack), after: after)
    }

    /// Members that are down by the decree and are heard here all the same: as a rule nobody.
    private func heardDown(of decree: Decree, at now: Instant) -> [NodeID] {
        var heard: [NodeID] = []
        for member in decree.state.members where !member.isUp && member.id != me {
            if peer(member.id)?.isHeard(within: lately, at: now) ?? false {
                heard.append(member.id)
            }
        }
        return heard
    }

    /// Grants a lease. The longest ever granted is on disk before the first grant of that length
    /// is heard of (R7, R15).
    private mutating func grant(_ lease: Span, to node: NodeID, at now: Instant) {
        if lease > maxLease {
            maxLease = lease
            ledger.changed(.maxLease)
        }
        doorman.grant(to: node, until: now + lease)
    }

    /// Somebody leads and says so: what `follower` rests on, and what the leader knows of us (R23).
    private mutating func follow(_ heartbeat: Heartbeat, of node: NodeID, at now: Instant) {
        guard let decided = learner.decided else { return }
        if heartbeat.leaseLeft > .zero {
            // Whoever leads has all members show what they hold: nobody else need tell them.
            if heardLeader?.slot != heartbeat.slot { settleAll(.decided) }
            heardLeader = HeardLeader(
                leader: node,
                slot: heartbeat.slot,
                until: now + heartbeat.leaseLeft
            )
            if publishFloor == nil { publishFloor = heartbeat.slot }
            noteLeader(until: now + heartbeat.leaseLeft)
            goneLeader = nil
            heir = nil
            setbacks = 0
        }
        let members = decided.state.members
        guard heartbeat.table.count == members.count else { return }
        for (member, entry) in zip(members, heartbeat.table) {
            if member.id == me {
                checkImage(told: entry.writeNumber, by: node)
            } else {
                withPeer(member.id) { peer in
                    peer.isHeardByLeader = entry.isHeard
                    peer.wrote(entry.writeNumber, at: now)
                }
            }
        }
    }

    mutating func heardRelease(_ release: Release, from node: NodeID, at now: Instant) {
        guard release.ballot.owner == node else { return }
        // It stands or leads again by a higher ballot: this was under way for long.
        if acceptor.promised.owner == node, acceptor.promised > release.ballot { return }
        let was = doorman.released
        doorman.release(release.ballot, promised: acceptor.promised)
        // Who asks around was told for how long others are bound to this node: that is over.
        if doorman.released != was, case .canvassing = phase { rest(at: now) }
        if heardLeader?.leader == node { heardLeader = nil }
        // Who leads is gone, or whom this voter is bound to; who led before says nothing of those.
        guard acceptor.promised.owner == node || learner.decided?.leader == node else { return }
        (goneLeader, goneCause) = (node, release.isUnfit ? .unhealthy : .stop)
        // Who is named has a lease's time to begin, however slow its disk; who said so says it again.
        if let named = release.successor, named != me {
            if heir != named { backoffUntil = now + settings.lease }
        } else {
            backoffUntil = .zero
        }
        heir = release.successor
    }

    /// What a host would do now. Writes nothing and promises nothing (R19).
    mutating func heardCanvass(_ canvass: Canvass, from node: NodeID, at now: Instant) {
        let serves: Bool
        var wait = Span.zero
        if learner.decided == nil {
            serves = blank != nil && isAwake
            checkList(canvass.list, canvass.names, of: node)
        } else {
            checkLatecomer(canvass.names, node)
            wait = doorman.waitOfProposer(node, promised: acceptor.promised, at: now)
            serves = isVoter && isAwake && mayAsk(node) && wait == .zero
        }
        let reply = CanvassReply(
            durableSlot: durable?.slot ?? 0,
            promised: acceptor.promised,
            freeIn: wait,
            serves: serves,
            blank: blank
        )
        send(to: node, .canvassReply(reply))
    }

    /// What contradicts what is known is told again after this.
    var oddityTold: Span { .milliseconds(60_000) }

    /// A message that contradicts what is known is refused and said aloud; input never traps. Whoever
    /// is not believed says it again and again: that is told once in a while.
    mutating func contradicted(by node: NodeID, _ what: String, at now: Instant) {
        guard node != me else { return tell(.contradiction(node, what)) }
        let oddityTold = oddityTold
        let isNews = withPeer(node) { peer in
            if let at = peer.contradictedAt, now - at < oddityTold { return false }
            peer.contradictedAt = now
            return true
        }
        if isNews { tell(.contradiction(node, what)) }
    }
}
