// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What goes wrong, when it is its time.

extension Fault {
    /// Whether it strikes at moments of its own; the others are a property of packets and steps.
    var isTimed: Bool {
        switch self {
        case .cut, .crash, .power, .pause, .drift, .blackout, .rot, .wipe, .transfer, .stop,
            .membership, .clone, .rollback, .move, .recovery, .upgrade:
            true
        case .loss, .duplication, .delay, .damage, .halfStep, .halfPause, .slowSync, .failedSync,
            .hangingSync, .tornWrite, .lateTimer, .hint, .replay:
            false
        }
    }
}

extension World {
    mutating func planFault(_ fault: Fault) {
        let often: ClosedRange<Int64> =
            switch fault {
            case .blackout: plan.lease * 4...plan.lease * 32
            case .wipe, .recovery: plan.lease * 6...plan.lease * 40
            default: plan.lease / 2...plan.lease * 12
            }
        queue.plan(.fault(fault), at: now + faultDice.pickLog(often))
    }

    mutating func strike(_ fault: Fault) {
        let misfortune = fate.next(fault)
        faultDice = Dice(misfortune, of: plan.seed)
        planFault(fault)
        guard strikes(misfortune, fault.sentence) else { return }
        let host = victim()
        switch fault {
        case .cut: cut()
        case .crash: fall(host, power: false)
        case .power: fall(host, power: true)
        case .pause: if hosts[host].process?.isStarted ?? false { pause(host) }
        case .drift: drift(host)
        case .blackout:
            let power = plan.has(.power) && faultDice.one(in: 2)
            for host in hosts.indices { fall(host, power: power) }
        case .rot: rot(host)
        case .wipe: wipe(host)
        case .clone: clone(host)
        case .rollback: rollBack(host)
        case .move: move(host)
        case .recovery: recover(host)
        case .upgrade: upgrade(host)
        case .transfer:
            order(.transfer(to: faultDice.one(in: 2) ? anyName() : nil))
        case .stop:
            switch faultDice.below(8) {
            case 0, 1, 2: stop(host)
            case 3, 4, 5: restart(host)
            default: rollOut()
            }
        case .membership: operate()
        default: break
        }
    }

    /// Any host; half the time the one that leads, for nobody else's misfortune matters as much.
    mutating func victim() -> Int {
        let any = faultDice.below(plan.hosts)
        let isAimed = faultDice.one(in: 2)
        return isAimed ? hosts.indices.first { leads($0) } ?? any : any
    }

    /// Dies, and begins again after a while.
    mutating func fall(_ host: Int, power: Bool) {
        guard hosts[host].process != nil else { return }
        crash(host, power: power)
        let away = faultDice.pickLog(5_000_000...plan.lease * 4)
        queue.plan(.boot(host: host), at: now + away)
    }

    private mutating func stop(_ host: Int) {
        guard let process = hosts[host].process, process.isStarted, !process.isPaused,
            !process.isStopping
        else { return }
        hosts[host].process?.isStopping = true
        trace.note(now, host, 12, 0, "is asked to stop")
        step(host, .asked(.stop))
    }

    /// As for an upgrade: a leader asks for a longer lease before it goes.
    mutating func restart(_ host: Int) {
        guard let process = hosts[host].process, process.isStarted, !process.isPaused,
            !process.isStopping, !process.isRestarting
        else { return }
        hosts[host].process?.isRestarting = true
        trace.note(now, host, 12, 1, "is to be restarted")
        step(host, .asked(.restart(grace: Span(nanoseconds: plan.grace))))
    }

    mutating func endForRestart(_ host: Int) {
        guard let process = hosts[host].process, process.isRestarting,
            process.replica.mayRestart(at: hosts[host].clock.now(at: now))
        else { return }
        fall(host, power: false)
    }

    private mutating func drift(_ host: Int) {
        let bound = Int64(plan.settings.driftPPM)
        var ppm = faultDice.pick(-bound...bound)
        if faultDice.one(in: 2) { ppm = faultDice.one(in: 2) ? bound : -bound }
        trace.note(now, host, 13, UInt64(bitPattern: ppm), "clock runs \(ppm) ppm fast")
        hosts[host].clock.run(ppm: ppm, from: now)
        // A timer that is set was for the old rate.
        if let process = hosts[host].process, process.isStarted, !process.isPaused {
            hosts[host].process?.timer = nil
            setTimer(host)
        }
    }

    /// Cuts some links for a while: one direction of one link, one host off, or the cluster in two.
    private mutating func cut() {
        let all = Array(hosts.indices)
        var pairs: [Int] = []
        func add(_ from: Int, _ to: Int) { if from != to { pairs.append(from * 256 + to) } }
        let one = victim()
        let other = faultDice.below(all.count)
        switch faultDice.below(6) {
        case 0: add(one, other)
        case 1:
            add(one, other)
            add(other, one)
        case 2: for host in all { add(one, host) }
        case 3: for host in all { add(host, one) }
        case 4:
            for host in all {
                add(one, host)
                add(host, one)
            }
        default:
            let side = all.map { _ in faultDice.one(in: 2) }
            for a in all {
                for b in all where side[a] != side[b] { add(a, b) }
            }
        }
        guard !pairs.isEmpty else { return }
        cut(pairs, for: faultDice.pickLog(plan.lease / 10...plan.lease * 8))
    }

    /// Cuts these links for so long.
    mutating func cut(_ pairs: [Int], for time: Int64) {
        guard calmSince == nil else { return }
        for pair in pairs { cuts[pair / 256][pair % 256] += 1 }
        trace.note(
            now,
            -1,
            14,
            UInt64(pairs.count),
            "CUT " + pairs.map { "n\($0 / 256 + 1)>n\($0 % 256 + 1)" }.joined(separator: " ")
        )
        mendings.append(pairs)
        queue.plan(.mend(mendings.count - 1), at: now + time)
    }

    mutating func mend(_ pairs: [Int]) {
        guard calmSince == nil else { return }
        for pair in pairs { cuts[pair / 256][pair % 256] -= 1 }
        trace.note(
            now,
            -1,
            15,
            UInt64(pairs.count),
            "MENDED " + pairs.map { "n\($0 / 256 + 1)>n\($0 % 256 + 1)" }.joined(separator: " ")
        )
    }

    /// The disk is lost: the host comes back as another, which only asks to join (R2, R20).
    private mutating func wipe(_ host: Int) {
        // Before there is a decree, an operator would have to begin anew (PROTOCOL section 3, 4).
        guard chronicle.newest != nil, !isIdle(host), hosts[host].process?.isStarted ?? true else {
            return
        }
        crash(host, power: faultDice.one(in: 2))
        _ = takeNewIdentity(host)
        trace.note(now, host, 16, hosts[host].incarnation, "DISK LOST, a new identity")
        queue.plan(.boot(host: host), at: now + faultDice.pickLog(5_000_000...plan.lease * 4))
    }
}
