// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What elections are for: applications that read the page on their host, at any moment, and act on
// what they read, at once or long after.
//
//     page ── read: leader, epoch 7 ──▶ a pause, a slow network ──▶ register: 7 or later? then yes

/// A resource that knows the highest epoch it was written under, and takes nothing older: what
/// makes a leader harmless that does not know yet that it was one.
struct FencedRegister {
    private(set) var highest: UInt64 = 0
    /// False in the tests that show what fencing is good for.
    var fences = true

    mutating func write(epoch: UInt64) -> Bool {
        if fences, epoch < highest { return false }
        highest = max(highest, epoch)
        return true
    }
}

/// What an application wants written, by the lease that it read.
struct Errand: Hashable {
    let host: Int
    /// Which of those that ever ran there.
    let incarnation: UInt64
    let epoch: UInt64
    /// Which cluster's lease it was: a resource belongs to one.
    var cluster = 0
}

extension World {
    /// Applications on all hosts look at their page at the same moment of true time.
    mutating func look() {
        readersNeverBothHold()
        for host in hosts.indices where leads(host) {
            guard let decree = hosts[host].page.decree, clientDice.one(in: 2) else { continue }
            let errand = Errand(
                host: host,
                incarnation: hosts[host].incarnation,
                epoch: decree.epoch,
                cluster: cluster(of: decree)
            )
            let way = clientDice.pickLog(plan.delay.lowerBound...plan.lease * 4)
            queue.plan(.errand(errand), at: now + way)
        }
        queue.plan(.look, at: now + clientDice.pick(plan.lease / 4...plan.lease))
    }

    /// An application's write is there.
    mutating func arrive(_ errand: Errand) {
        let isTaken = registers[errand.cluster].write(epoch: errand.epoch)
        trace.note(
            now,
            errand.host,
            34,
            errand.epoch,
            "writes under epoch \(errand.epoch): \(isTaken ? "taken" : "refused")"
        )
        if isTaken {
            fencedResourceTakesNoStaleWrite(errand)
        } else {
            leadersAreNotRefused(errand)
        }
    }

    /// Of all the readers that look at one moment at most one holds a lease.
    mutating func readersNeverBothHold() {
        let all = hosts.indices.filter { leads($0) }
        guard all.count > 1 else { return }
        for own in chronicles.indices {
            let holders = all.filter { cluster(of: hosts[$0].page.decree) == own }
            guard holders.count > 1 else { continue }
            let names = holders.map { "\(hosts[$0].node)" }.joined(separator: " and ")
            violate("readersNeverBothHold", "\(names) read that they lead")
        }
    }

    /// No write is taken after one of a later epoch, and all of one epoch are one host's.
    mutating func fencedResourceTakesNoStaleWrite(_ errand: Errand) {
        let last = chronicles[errand.cluster].lastWrite
        if let last, errand.epoch < last.epoch {
            return violate(
                "fencedResourceTakesNoStaleWrite",
                "n\(errand.host + 1) wrote under epoch \(errand.epoch), after "
                    + "n\(last.host + 1) under \(last.epoch)"
            )
        }
        if let last, errand.epoch == last.epoch, errand != last {
            violate(
                "fencedResourceTakesNoStaleWrite",
                "n\(errand.host + 1) and n\(last.host + 1) both wrote under epoch \(errand.epoch)"
            )
        }
        chronicles[errand.cluster].lastWrite = errand
    }

    /// Who holds the lease at the moment its write arrives is never told that another was later.
    mutating func leadersAreNotRefused(_ errand: Errand) {
        guard leads(errand.host), hosts[errand.host].incarnation == errand.incarnation,
            hosts[errand.host].page.decree?.epoch == errand.epoch
        else { return }
        violate(
            "leadersAreNotRefused",
            "n\(errand.host + 1) leads epoch \(errand.epoch) and is refused"
        )
    }

    // `Watch`: a stream of snapshots, one with every event.

    /// What a watcher was told last is what the page says, unless an event waits for the disk.
    mutating func watchHasNoGap(_ host: Int) {
        guard let process = hosts[host].process, process.isStarted, !process.isPaused,
            !process.held.contains(where: { !$0.act.isSend })
        else { return }
        let page = Snapshot(hosts[host].page)
        if process.told != page {
            violate("watchHasNoGap", "\(hosts[host].node) told \(process.told) and shows \(page)")
        }
    }
}

/// What a watcher is shown.
struct Snapshot: Hashable, CustomStringConvertible {
    let standing: Standing
    let slot: Slot

    init(_ page: Page) {
        standing = page.standing
        slot = page.decree?.slot ?? 0
    }

    var description: String { "\(standing) in slot \(slot)" }
}
