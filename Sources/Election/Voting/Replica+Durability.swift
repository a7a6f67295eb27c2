// SPDX-License-Identifier: Apache-2.0

import Paxos

// Starting, writing, and the end of a run whose disk has failed.

extension Replica {
    mutating func start(_ recovered: Recovered, at now: Instant) {
        let record = recovered.record
        me = record.node
        member = recovered.member
        invariant(member.id == me, "\(member.id) runs on the record of \(me)")
        (clusterName, firstSettings) = (recovered.clusterName, recovered.settings)
        run = recovered.run
        versions = recovered.versions
        // What nobody has agreed on yet.
        let agreed = ProtocolVersion.spoken(
            agreed: firstSettings.protocolVersion,
            by: versions,
            and: versions
        )
        firstSettings.protocolVersion = agreed
        origin = record.origin
        learner = Learner(decided: record.decided)
        listDigest = founders?.digest(Hash.self)
        acceptor = Acceptor(
            slot: learner.slot + 1,
            promised: record.promised,
            accepted: record.accepted
        )
        maxLease = record.maxLease
        ledger = Ledger(written: record.id.number)
        firstWrite = record.id.number
        durable = record.decided
        publishFloor = record.decided.map(\.slot)
        highestRound = record.promised.round
        doorman.start(at: now, maxLease: maxLease)
        knocking.due = now + settings.lease
        if let end = recovered.inherited, let decided = record.decided, decided.leader == me {
            inherited = end
            inheritedFrom = decided.id
            published = answer(at: now)
        }
        notePause(at: now)
        meetMembers()
        tell(
            .started(
                slot: learner.slot,
                epoch: record.decided?.epoch ?? 0,
                promised: record.promised
            )
        )
        // Who never was a member asks to be let in. Who was one is removed, and others may need it
        // still (R22): a voter by a decree that it never heard of has promised nothing.
        wasMember = record.isRemoved || isMember(me)
        if record.decided != nil, wasMember, !isMember(me) { depart(at: now) }
    }

    /// All that must not be forgotten, as it is now.
    private func record(_ id: RecordID) -> Record {
        Record(
            id: id,
            node: me,
            origin: origin,
            decided: learner.decided,
            promised: acceptor.promised,
            accepted: acceptor.accepted,
            maxLease: maxLease,
            isRemoved: wasMember && learner.decided != nil && !isMember(me)
        )
    }

    /// Writes what has changed, unless a write is under way: then it goes into the next one. Says
    /// whether one begins.
    mutating func beginWrite(at now: Instant) -> Bool {
        guard !isHalted, let id = ledger.begin() else { return false }
        let record = record(id)
        writing = record
        writeBegan = now
        out.records.append(record)
        return true
    }

    mutating func stored(_ id: RecordID, at now: Instant) {
        guard !isHalted else { return }
        ledger.stored(id)
        durable = writing?.decided
        writing = nil
        // What waited for the disk leaves now: its answer is not late before it has been asked for.
        for at in peers.indices {
            let timeout = peers[at].roundTrip.timeout
            for index in peers[at].wanted.indices
            where peers[at].wanted[index].envelope.after == id {
                peers[at].wanted[index].due = now + timeout
            }
        }
        syncTimes.append(now - writeBegan)
        if syncTimes.count > 9 { syncTimes.removeFirst() }
    }

    /// Whether what waits for this write may leave.
    func isOnDisk(_ after: RecordID?) -> Bool {
        after.map { $0.number <= ledger.written } ?? true
    }

    /// The median of the last syncs.
    var syncTime: Span {
        syncTimes.isEmpty ? .zero : syncTimes.sorted()[syncTimes.count / 2]
    }

    /// A failed sync is never retried: the page in memory may be clean and the disk empty. Withdraw,
    /// let go, vote no more (DESIGN section 5).
    mutating func storageFailed(at now: Instant) {
        guard !isHalted else { return }
        // The Release rests on nothing: it gives something up.
        if leaseEnd(at: now) != nil { release(to: nil, isUnfit: true, at: now) }
        tell(.storageFailed)
        halt()
    }

    /// Votes no more in this run. What waits for the disk is never sent: the shell asks `isHalted`.
    mutating func halt() {
        ceaseReason = ceaseReason ?? .halted
        phase = .halted
        reigns = []
        ownMail = []
        inherited = nil
        heardLeader = nil
        for at in peers.indices { peers[at].wanted = [] }
        turnAwayCommands()
    }
}
