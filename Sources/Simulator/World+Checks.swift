// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Storage

// The properties, one function each, named for it. They are checked in true time, at the only
// moments at which they can break.

extension World {
    /// A page was written: the only moment at which a lease can begin.
    mutating func checkPage(_ host: Int) {
        leasesNeverOverlap(host)
        oneLeaderPerEpoch(host)
        observersNeverCount(host)
        epochsNeverGoBack(host)
        epochsNeverGoBackOnAHost(host)
        tokensAreNeverShared(host)
        publishedNeverExceedsDecided(host)
        if calmSince != nil { observe() }
    }

    /// At no instant do two hosts' applications believe that they lead.
    private mutating func leasesNeverOverlap(_ host: Int) {
        guard leads(host) else { return }
        let own = cluster(of: hosts[host].page.decree)
        for other in hosts.indices where other != host && leads(other) {
            // Two clusters have two leaders, and each its own tokens.
            guard cluster(of: hosts[other].page.decree) == own else { continue }
            violate(
                "leasesNeverOverlap",
                "\(hosts[host].node) takes epoch \(hosts[host].page.decree?.epoch ?? 0) while "
                    + "\(hosts[other].node) holds \(hosts[other].page.decree?.epoch ?? 0)"
            )
        }
    }

    /// What a reader of the page concludes.
    func leads(_ host: Int) -> Bool {
        let page = hosts[host].page
        return page.standing == .leader && page.boot == hosts[host].boot
            && local(host) < page.validUntil
    }

    /// No epoch has two leaders, ever.
    private mutating func oneLeaderPerEpoch(_ host: Int) {
        guard leads(host), let decree = hosts[host].page.decree else { return }
        guard decree.leader == hosts[host].node else {
            return violate(
                "oneLeaderPerEpoch",
                "\(hosts[host].node) leads by a decree of \(decree.leader)"
            )
        }
        let own = cluster(of: decree)
        if let before = chronicles[own].led(hosts[host].node, epoch: decree.epoch) {
            violate(
                "oneLeaderPerEpoch",
                "epoch \(decree.epoch) was led by \(before), now by \(hosts[host].node)"
            )
        }
    }

    /// What one incarnation publishes never goes back, across crashes and restarts.
    private mutating func epochsNeverGoBack(_ host: Int) {
        guard let decree = hosts[host].page.decree else { return }
        let node = hosts[host].node
        if let before = chronicle.published(node, slot: decree.slot, epoch: decree.epoch) {
            violate(
                "epochsNeverGoBack",
                "\(node) published slot \(before.slot) epoch \(before.epoch), then slot "
                    + "\(decree.slot) epoch \(decree.epoch)"
            )
        }
    }

    /// Whoever names a leader names none of an earlier epoch than this host did before, whatever
    /// became of its disk meanwhile (R5d).
    mutating func epochsNeverGoBackOnAHost(_ host: Int) {
        let page = hosts[host].page
        guard page.standing != .unsure, let decree = page.decree else { return }
        let own = cluster(of: decree)
        // Who was set up anew may have come to a cluster that knows nothing of its last one.
        let isRelated =
            own == hosts[host].shownCluster || chronicles[own].parent == hosts[host].shownCluster
        if isRelated, decree.epoch < hosts[host].shownEpoch {
            violate(
                "epochsNeverGoBackOnAHost",
                "n\(host + 1) shows epoch \(decree.epoch) after \(hosts[host].shownEpoch)"
            )
        }
        (hosts[host].shownEpoch, hosts[host].shownCluster) = (decree.epoch, own)
    }

    /// A lease rests on grants of a majority of the decree's voters: what observers and strangers
    /// say is no grant (R14, R15).
    mutating func observersNeverCount(_ host: Int) {
        guard leads(host), let process = hosts[host].process, let decree = hosts[host].page.decree,
            process.inherited != hosts[host].page.validUntil
        else { return }
        let node = hosts[host].node
        let isGranted = decree.quorum.isMet { $0 == node || process.grantors.contains($0) }
        if !isGranted {
            violate(
                "observersNeverCount",
                "\(node) leads by the grants of \(process.grantors), no majority of the voters"
            )
        }
    }

    /// A grant leaves: whom it is for may count it, in its present run.
    private func note(grant envelope: Envelope, of node: NodeID) {
        guard
            let host = hosts.first(where: { $0.node == envelope.to && $0.process != nil }),
            let process = host.process, !process.grantors.contains(node),
            // What was granted in the cluster that it has left is nothing to it.
            cluster(of: host.index) == cluster(named: envelope.message.cluster)
        else { return }
        process.grantors.append(node)
    }

    /// What a page says is on that host's disk (R5b).
    private mutating func publishedNeverExceedsDecided(_ host: Int) {
        guard let decree = hosts[host].page.decree else { return }
        // A sync failed over the only whole copy: the run says that it knows nothing, and ends.
        if hosts[host].record == nil, hosts[host].page.standing == .unsure { return }
        guard let held = hosts[host].record?.decided, held.slot >= decree.slot else {
            return violate(
                "publishedNeverExceedsDecided",
                "\(hosts[host].node) publishes slot \(decree.slot) and holds "
                    + "\(hosts[host].record?.decided?.slot ?? 0)"
            )
        }
        chosenNeverChanges(decree, "published", by: host)
    }

    /// The platter has changed: that may have made a decree chosen, and all that it calls decided is.
    mutating func remembered(_ host: Int) {
        hosts[host].record = hosts[host].drive.durable(hosts[host].node)
        guard let record = hosts[host].record else { return }
        if let proposal = record.accepted {
            let own = cluster(of: proposal.value)
            chronicles[own].note(proposal.value)
            accepted(
                record.node,
                proposal.ballot,
                proposal.value.slot,
                proposal.value.id,
                in: own
            )
        }
        if let decided = record.decided { chosenNeverChanges(decided, "recorded", by: host) }
        promisesSurvive(record)
    }

    private mutating func accepted(
        _ node: NodeID,
        _ ballot: Ballot,
        _ slot: Slot,
        _ id: DecreeID,
        in cluster: Int
    ) {
        let known = chronicles[cluster].highest
        if let wrong = chronicles[cluster].accepted(node, ballot, slot, id) {
            violate(wrong.property, wrong.detail)
        }
        if chronicles[cluster].highest > known { votersSpeakTheVersion(in: cluster) }
    }

    /// Whatever anyone takes for decided was chosen, and nothing else ever is in its slot.
    private mutating func chosenNeverChanges(_ decree: Decree, _ how: String, by host: Int) {
        guard let chosen = chronicles[cluster(of: decree)].chosen(decree.slot) else {
            return violate(
                "chosenNeverChanges",
                "slot \(decree.slot) was \(how) by \(hosts[host].node) and is not chosen"
            )
        }
        if chosen.id != decree.id {
            violate(
                "chosenNeverChanges",
                "slot \(decree.slot): \(Chronicle.text(decree)) was \(how) by "
                    + "\(hosts[host].node), chosen is \(Chronicle.text(chosen))"
            )
        }
    }

    /// No record forgets a ballot under which its owner gave its word (R4).
    private mutating func promisesSurvive(_ record: Record) {
        let word = chronicle.word(of: record.node)
        if record.promised < word {
            violate(
                "promisesSurvive",
                "\(record.node) gave its word under \(word) and remembers \(record.promised)"
            )
        }
    }

    /// A start finds no less than this identity has built on (DESIGN section 5).
    mutating func memoryIsKept(_ host: Int, _ record: Record) {
        if record.id < hosts[host].stored {
            violate(
                "memoryIsKept",
                "\(hosts[host].node) had \(hosts[host].stored) on disk and finds \(record.id)"
            )
        }
    }

    /// A memory is lost only to sectors that rotted or a sync that failed, never to a crash.
    mutating func lostMemoryHasACause(_ host: Int, _ lost: LostMemory) {
        if !hosts[host].isRotten, !hosts[host].hasFailed {
            violate("lostMemoryHasACause", "\(hosts[host].node): \(lost.reason)")
        }
    }

    /// Who knows that its disk has failed gives its word to nobody (DESIGN section 5).
    private mutating func failedHostsVoteNoMore(_ host: Int, _ message: Message) {
        guard hosts[host].process?.hasHeardOfFailure ?? false else { return }
        switch message.body {
        case .promise, .accepted, .ack, .prepare, .accept, .heartbeat:
            violate("failedHostsVoteNoMore", "\(hosts[host].node) says \(message)")
        default: break
        }
    }

    /// A message leaves: what it says must be on disk, and must not take back a word given.
    mutating func checkSent(_ host: Int, _ envelope: Envelope) {
        let node = hosts[host].node
        failedHostsVoteNoMore(host, envelope.message)
        guard let record = hosts[host].record else {
            // A sync failed over the only whole copy: who knows it may still let go, no more. The
            // next run has another identity, so no ballot of this one is ever taken anew (B3).
            if hosts[host].process?.hasHeardOfFailure ?? false { return }
            return violate("durableThenSent", "\(node) speaks and its disk remembers nothing")
        }
        copiesAreNotCounted(host, envelope)
        let own = cluster(named: envelope.message.cluster)
        switch envelope.message.body {
        case .promise(let reply):
            wordIsKept(node, reply.promise.ballot, record, "promise")
        case .accepted(let reply):
            let (ballot, slot) = (reply.accepted.ballot, reply.accepted.slot)
            wordIsKept(node, ballot, record, "accepted")
            note(grant: envelope, of: node)
            accepted(node, ballot, slot, reply.decree, in: own)
            let isHeld =
                (record.decided?.slot ?? 0) >= slot
                || (record.accepted.map { $0.value.slot == slot && $0.ballot >= ballot } ?? false)
            if !isHeld {
                violate("durableThenSent", "\(node) says accepted \(ballot) and has not")
            }
        case .ack(let ack) where ack.lease > .zero:
            wordIsKept(node, ack.ballot, record, "ack")
            note(grant: envelope, of: node)
            if record.maxLease < ack.lease {
                violate(
                    "durableThenSent",
                    "\(node) grants \(ack.lease) and remembers \(record.maxLease) at most"
                )
            }
        case .prepare(let request):
            if request.prepare.ballot > record.promised {
                violate(
                    "durableThenSent",
                    "\(node) prepares \(request.prepare.ballot), on disk is \(record.promised)"
                )
            }
        case .accept(let request): chronicles[own].note(request.accept.value)
        case .decided(let decree): chosenNeverChanges(decree, "sent", by: host)
        default: break
        }
        if envelope.message.slot > chronicles[own].highest {
            violate("chosenNeverChanges", "\(node) shows slot \(envelope.message.slot)")
        }
    }

    private mutating func wordIsKept(
        _ node: NodeID,
        _ ballot: Ballot,
        _ record: Record,
        _ what: String
    ) {
        if record.promised < ballot {
            violate(
                "durableThenSent",
                "\(node) says \(what) \(ballot), on disk is \(record.promised)"
            )
        }
        if let before = chronicle.gaveWord(node, ballot) {
            violate("promisesSurvive", "\(node) says \(what) \(ballot) after \(before)")
        }
    }

    /// Some events must never be told in a world without copied disks and foreign clusters.
    mutating func checkEvent(_ host: Int, _ event: Event) {
        switch event {
        case .otherCluster where chronicles.count > 1: break
        case .olderImage, .copied, .otherCluster, .contradiction, .listsDiffer:
            violate("noFalseAlarm", "\(hosts[host].node): \(event)")
        case .notBlank where !hasLostDisks:
            violate("noFalseAlarm", "\(hosts[host].node): \(event)")
        case .removed: goesNotTooEarly(host)
        default: break
        }
    }

    /// A removed voter goes only when a majority of the new voters holds the decree (R22).
    private mutating func goesNotTooEarly(_ host: Int) {
        guard let decree = hosts[host].record?.decided,
            let before = chronicles[cluster(of: decree)].chosen(decree.slot - 1),
            before.quorum.contains(hosts[host].node)
        else { return }
        let isHeld = decree.quorum.isMet { voter in
            hosts.contains {
                $0.node == voter && ($0.record?.decided?.slot ?? 0) >= decree.slot
            }
        }
        // A voter that lost its disk since may have held it.
        if !isHeld, !hasLostDisks {
            violate(
                "removedVotersStay",
                "\(hosts[host].node) goes, and slot \(decree.slot) is not held by its voters"
            )
        }
    }
}
