// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// How processes begin, stand still and end.

extension World {
    mutating func startClock(of host: Int) {
        let bound = Int64(plan.settings.driftPPM)
        var ppm = faultDice.pick(-bound...bound)
        // The ends of the range are where the arithmetic can be wrong.
        if faultDice.one(in: 2) { ppm = faultDice.one(in: 2) ? bound : -bound }
        hosts[host].clock = HostClock(
            at: now,
            reading: faultDice.pickLog(1_000_000...1_000_000_000_000_000),
            ppm: ppm
        )
    }

    /// The process starts: it reads its disk.
    mutating func boot(_ host: Int) {
        guard hosts[host].process == nil, !hosts[host].isRetired, !hosts[host].isOut else { return }
        let run = faultDice.word()
        hosts[host].process = Process(run: run, seed: faultDice.word(), hosts: plan.hosts)
        if scribe != nil { hosts[host].process?.replica.murmur = [] }
        trace.note(now, host, 5, run, "process begins")
        recall(host)
    }

    /// The record stands on disk anew, in both copies: the replica begins.
    mutating func ready(_ host: Int) {
        guard let process = hosts[host].process, let record = process.record else { return }
        process.isStarted = true
        (hosts[host].isRotten, hosts[host].hasFailed) = (false, false)
        process.stored = record.id
        hosts[host].stored = record.id
        let run = process.run
        let page = hosts[host].page
        var inherited: Instant?
        if page.standing == .leader, page.boot == hosts[host].boot, let decided = record.decided,
            page.decree == decided, page.validUntil > local(host)
        {
            inherited = page.validUntil
        } else {
            hosts[host].page = Page(boot: hosts[host].boot)
        }
        process.told = Snapshot(hosts[host].page)
        process.inherited = inherited
        if plan.isSealed { openLine(host) }
        var recovered = Recovered(
            record: record,
            member: hosts[host].member,
            clusterName: "world",
            settings: plan.settings,
            run: run,
            inherited: inherited
        )
        recovered.versions = hosts[host].versions
        step(host, .started(recovered))
        if plan.isSealed { return reach(host) }
        for other in hosts.indices where other != host { beginHandshake(host, other) }
    }

    /// Dies at once. What was written and not synced the kernel still has, unless the power goes.
    mutating func crash(_ host: Int, power: Bool) {
        if hosts[host].process != nil {
            trace.note(now, host, 6, power ? 1 : 0, power ? "POWER LOST" : "KILLED")
            // The canary's crime: what was promised and accepted is gone, and the rest is whole.
            if plan.isForgetful, var record = hosts[host].record {
                (record.promised, record.accepted) = (.zero, nil)
                hosts[host].drive.fill(record)
                remembered(host)
            }
            hosts[host].process = nil
        }
        if power { losePower(host) }
    }

    /// The page lived in memory, and the clock starts anew.
    mutating func losePower(_ host: Int) {
        hosts[host].boot += 1
        diskDice = diskLanes.next(host)
        hosts[host].drive.losePower(tears: plan.has(.tornWrite), &diskDice)
        remembered(host)
        hosts[host].page = Page(boot: hosts[host].boot)
        startClock(of: host)
    }

    /// Ends in order: the page is closed.
    mutating func exit(_ host: Int) {
        trace.note(now, host, 7, 0, "process ends")
        hosts[host].process = nil
        hosts[host].page = Page(boot: hosts[host].boot)
    }

    mutating func pause(_ host: Int) {
        guard let process = hosts[host].process, !process.isPaused else { return }
        trace.note(now, host, 8, 0, "STANDS STILL")
        hosts[host].process?.isPaused = true
        let time = faultDice.pickLog(plan.lease / 50...plan.lease * 4)
        queue.plan(.wake(host: host, run: process.run), at: now + time)
    }

    /// Goes on where it stood, then takes what has come meanwhile.
    mutating func wake(_ host: Int, _ run: UInt64) {
        guard let process = hosts[host].process, process.run == run, process.isPaused else {
            return
        }
        trace.note(now, host, 9, 0, "GOES ON")
        let (rest, inbox) = (process.rest, process.inbox)
        (process.isPaused, process.rest, process.inbox) = (false, nil, [])
        if let rest { perform(host, rest.agenda, rest.from..<rest.agenda.deeds.count) }
        var isTimerFirst = stepDice.one(in: 2)
        for waiting in inbox {
            guard hosts[host].process?.run == run, violation == nil else { return }
            if isTimerFirst, let deadline = hosts[host].process?.deadline,
                deadline <= local(host)
            {
                step(host, .deadline)
                isTimerFirst = false
            }
            guard !(hosts[host].process?.isPaused ?? true) else {
                hosts[host].process?.inbox.append(waiting)
                continue
            }
            switch waiting {
            case .packet(let packet): receive(packet)
            case .stored(let id, let failed): hear(host, stored: id, failed: failed)
            case .timer: break
            }
        }
        if hosts[host].process?.run == run { setTimer(host) }
    }
}
