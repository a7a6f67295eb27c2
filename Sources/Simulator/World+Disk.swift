// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Storage

// Records on their way to the disk, as the daemon's worker takes them: one job at a time, and the
// mirror when it has been quiet for a while.
//
//     record #7 ── copy A, sync ── stored #7 ── 15 ms of quiet ── copy B, sync

/// What the worker is doing.
struct Job {
    enum Kind {
        /// The start syncs what it has found, then writes it anew: these copies are still to come.
        case renewal([RecordWrite])
        /// What the replica waits for.
        case record
        /// The same over the other copy.
        case mirror
    }
    let kind: Kind
    /// Nil for a sync alone.
    let write: RecordWrite?
    /// No other job has this number.
    let ticket: UInt64

    /// What it brings to the disk.
    var what: String { write.map { "\($0.id), copy \($0.side)," } ?? "what was found" }
}

extension World {
    /// The copy follows after this much quiet, as the daemon's does.
    private static let quiet: Moment = 15_000_000

    /// What the replica wants remembered.
    mutating func write(_ host: Int, _ record: Record) {
        trace.note(now, host, 2, record.id.number, "writes \(record.id)")
        guard let process = hosts[host].process else { return }
        // The worker is at the mirror: one thing after another.
        guard process.job == nil else { return process.waiting = record }
        begin(host, .record, process.slots.next(record))
    }

    mutating func begin(_ host: Int, _ kind: Job.Kind, _ write: RecordWrite?) {
        guard let process = hosts[host].process else { return }
        tickets += 1
        process.job = Job(kind: kind, write: write, ticket: tickets)
        if let write { hosts[host].drive.write(write) }
        diskDice = diskLanes.next(host)
        var time = diskDice.pick(plan.sync)
        var fails = false
        if calmSince == nil {
            if plan.has(.slowSync), diskDice.one(in: 20),
                strikes(.slowSync, on: host, "a sync takes long")
            {
                time += diskDice.pickLog(plan.lease / 20...plan.lease * 3)
            }
            if plan.has(.hangingSync), diskDice.one(in: 80),
                strikes(.hangingSync, on: host, "until the faults are over")
            {
                return
            }
            fails =
                plan.has(.failedSync) && diskDice.one(in: 60)
                && strikes(.failedSync, on: host, "a sync will fail")
        }
        queue.plan(
            .synced(host: host, run: process.run, ticket: tickets, fails: fails),
            at: now + time
        )
    }

    /// The faults are over: what hangs goes on.
    mutating func freeDisk(of host: Int) {
        guard let process = hosts[host].process, let job = process.job else { return }
        queue.plan(
            .synced(host: host, run: process.run, ticket: job.ticket, fails: false),
            at: now + plan.sync.upperBound
        )
    }

    mutating func synced(_ host: Int, _ run: UInt64, _ ticket: UInt64, fails: Bool) {
        guard let process = hosts[host].process, process.run == run,
            let job = process.job, job.ticket == ticket
        else { return }
        process.job = nil
        note(host, job, fails: fails)
        let isClean = hosts[host].drive.isClean
        if fails {
            diskDice = diskLanes.next(host)
            hosts[host].drive.failSync(tears: plan.has(.tornWrite), &diskDice)
            hosts[host].hasFailed = true
        } else {
            hosts[host].drive.sync()
            if case .mirror = job.kind { hosts[host].isRotten = false }
        }
        switch job.kind {
        case .mirror where !fails: break
        case .mirror, .record, .renewal: if !isClean { remembered(host) }
        }
        switch job.kind {
        case .renewal(let rest): renewed(host, rest, fails: fails)
        case .record, .mirror:
            guard let write = job.write else { return }
            let id = write.id
            if !fails {
                process.slots.done(write)
                hosts[host].stored = max(hosts[host].stored, id)
            }
            if fails {
                deliver(host, id, failed: true)
            } else if case .record = job.kind {
                queue.plan(.mirror(host: host, run: run, number: id), at: now + Self.quiet)
                deliver(host, id, failed: false)
            } else if let record = process.waiting {
                process.waiting = nil
                begin(host, .record, process.slots.next(record))
            }
        }
    }

    private func note(_ host: Int, _ job: Job, fails: Bool) {
        let number = job.write?.id.number ?? 0
        trace.note(now, host, 3, number, fails ? "the sync fails" : "\(job.what) is on disk")
    }

    private mutating func deliver(_ host: Int, _ id: RecordID, failed: Bool) {
        guard let process = hosts[host].process else { return }
        if process.isPaused {
            process.inbox.append(.stored(id, failed: failed))
        } else {
            hear(host, stored: id, failed: failed)
        }
    }

    /// It has been quiet for a while, unless something came.
    mutating func mirror(_ host: Int, _ run: UInt64, _ number: RecordID) {
        guard let process = hosts[host].process, process.run == run, process.job == nil,
            process.slots.stored == number
        else { return }
        if process.isPaused {
            return queue.plan(.mirror(host: host, run: run, number: number), at: now + Self.quiet)
        }
        if let write = process.slots.mirror() { begin(host, .mirror, write) }
    }

    // Starting.

    /// Reads the disk and writes what was found anew, to both copies, before anything leaves
    /// (DESIGN section 5). A lost memory becomes a new identity, as the daemon makes one.
    mutating func recall(_ host: Int) {
        guard let process = hosts[host].process else { return }
        let found: Record
        switch hosts[host].drive.recover(hosts[host].node) {
        case .recovered(let record, let slots):
            (found, process.slots) = (record, slots)
            memoryIsKept(host, record)
        case .lost(let lost):
            trace.note(now, host, 24, 0, "MEMORY LOST: \(lost.reason)")
            lostMemoryHasACause(host, lost)
            found = takeNewIdentity(host)
            process.slots = RecordSlots(a: found.id, b: found.id)
        case .unreadable(let reason):
            return violate("recordsAreReadable", "\(hosts[host].node): \(reason)")
        }
        let (record, writes) = process.slots.renew(found)
        process.record = record
        begin(host, .renewal(writes), nil)
    }

    private mutating func renewed(_ host: Int, _ rest: [RecordWrite], fails: Bool) {
        if fails {
            trace.note(now, host, 25, 0, "cannot start: the state directory cannot be written")
            exit(host)
            return queue.plan(.boot(host: host), at: now + 20_000_000)
        }
        if let next = rest.first {
            begin(host, .renewal(Array(rest.dropFirst())), next)
        } else {
            ready(host)
        }
    }

    /// The host is another from now on, and only asks to join (R2, R20).
    mutating func takeNewIdentity(_ host: Int) -> Record {
        // No copy of this state directory has had the next one before.
        let face = hosts[host].face
        let last = hosts.filter { $0.face == face }.map(\.incarnation).max() ?? 0
        hosts[host].incarnation = last + 1
        let node = Self.identity(
            hosts[host].node.name,
            host: face,
            incarnation: hosts[host].incarnation,
            isSealed: plan.isSealed
        )
        hosts[host].node = node
        hosts[host].member.id = node
        let record = Record(node: node, origin: .join)
        hosts[host].drive = Drive(record)
        hosts[host].record = record
        hosts[host].stored = record.id
        hosts[host].isRotten = false
        hosts[host].hasFailed = false
        hosts[host].page = Page(boot: hosts[host].boot)
        hosts[host].isRetired = false
        return record
    }

    /// Whether a host is another than it was in the beginning.
    var hasLostDisks: Bool { hosts.contains { $0.incarnation > 0 } }

    /// Sectors rot: of one copy, where the other is the same; of an older copy; rarely of both.
    ///
    /// The newest copy alone is never taken while the other is older: what was promised on it would
    /// be forgotten, and no disk that loses what it has synced is survived (section 3, item 1).
    mutating func rot(_ host: Int) {
        let node = hosts[host].node
        guard let a = hosts[host].drive.number(.a, of: node),
            let b = hosts[host].drive.number(.b, of: node)
        else { return }
        hosts[host].isRotten = true
        if a == b, faultDice.one(in: 6) {
            for side in Side.allCases { hosts[host].drive.rot(side, &faultDice) }
            return trace.note(now, host, 26, 2, "BOTH COPIES ROT")
        }
        let side: Side = a == b ? (faultDice.one(in: 2) ? .a : .b) : (a < b ? .a : .b)
        hosts[host].drive.rot(side, &faultDice)
        trace.note(now, host, 26, 1, "COPY \(side) ROTS")
    }
}
