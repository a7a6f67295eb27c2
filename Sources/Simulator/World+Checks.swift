// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Storage

// The properties of what is remembered, sent and told, one function each, named for it. They are
// checked in true time, at the only moments at which they can break.

extension World {
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
    mutating func chosenNeverChanges(_ decree: Decree, _ how: String, by host: Int) {
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
    ///
    /// Where a sync has failed over the only whole copy nothing is. Who has heard so lets go (R18):
    /// a Release rests on nothing new, and takes away only what this run had. What it promises, that
    /// none of its ballots is used again, holds although the record of them is lost: the next run
    /// has another identity (R2), so no ballot of this one is ever taken anew (B3). So may
    /// it say that a command is not carried out.
    mutating func checkSent(_ host: Int, _ envelope: Envelope) {
        let node = hosts[host].node
        failedHostsVoteNoMore(host, envelope.message)
        toldHostsVoteNoMore(host, envelope.message)
        guard let memory = hosts[host].memory else {
            if hosts[host].process?.hasHeardOfFailure ?? false, envelope.message.body.givesUp {
                return
            }
            return violate("durableThenSent", "\(node) speaks and its disk remembers nothing")
        }
        copiesAreNotCounted(host, envelope)
        let own = cluster(named: envelope.message.cluster)
        switch envelope.message.body {
        case .promise(let reply):
            wordIsKept(node, reply.promise.ballot, memory.record.promised, "promise")
        case .accepted(let reply):
            let (ballot, slot) = (reply.accepted.ballot, reply.accepted.slot)
            wordIsKept(node, ballot, memory.record.promised, "accepted")
            accepted(node, ballot, slot, reply.decree, in: own)
            let isHeld =
                (memory.record.decided?.slot ?? 0) >= slot
                || (memory.record.accepted.map { $0.value.slot == slot && $0.ballot >= ballot }
                    ?? false)
            if !isHeld {
                violate("durableThenSent", "\(node) says accepted \(ballot) and has not")
            }
        case .ack(let ack) where ack.lease > .zero:
            wordIsKept(node, ack.ballot, memory.record.promised, "ack")
            if memory.record.maxLease < ack.lease {
                violate(
                    "durableThenSent",
                    "\(node) grants \(ack.lease) and remembers \(memory.record.maxLease) at most"
                )
            }
        case .prepare(let request):
            if request.prepare.ballot > memory.record.promised {
                violate(
                    "durableThenSent",
                    "\(node) prepares \(request.prepare.ballot), on disk is \(memory.record.promised)"
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
        _ remembered: Ballot,
        _ what: String
    ) {
        if remembered < ballot {
            violate(
                "durableThenSent",
                "\(node) says \(what) \(ballot), on disk is \(remembered)"
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
        // Who founded it and heard nothing since may no longer be a member when it asks, nor by the
        // root of a recovery.
        case .foundedBefore where plan.has(.membership) || chronicles.count > 1: break
        case .olderImage, .olderImageOf, .copied, .otherCluster, .chosenTwice, .contradiction,
            .listsDiffer,
            .foundedBefore:
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

extension Message.Body {
    /// Whether it says only what its sender does no more.
    fileprivate var givesUp: Bool {
        switch self {
        case .release: true
        case .answer(let answer):
            if case .done = answer.outcome { false } else { true }
        default: false
        }
    }
}
