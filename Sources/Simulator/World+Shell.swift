// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// The shell round a replica: withdrawn, then durable, then sent, then told; and a process may die
// or stand still between any two of these.

extension World {
    /// Gives a replica one input and carries out what comes of it.
    mutating func step(_ host: Int, _ input: Input, releasing released: [Act] = []) {
        let clock = local(host)
        steps += 1
        stepDice = stepLanes.next(host)
        guard let process = hosts[host].process else { return }
        let effects = process.replica.step(input, at: clock)
        scribe?.step(host, input, effects, in: self)
        newVotersAnswer(host, effects)
        copiesAreNoticed(host, effects)
        otherClustersGetNoWord(host, effects)
        let agenda = Agenda(
            effects,
            releasing: released,
            stored: process.stored,
            held: &process.held
        )
        let count = agenda.deeds.count
        if calmSince == nil, count > 1 {
            if plan.has(.halfStep), stepDice.one(in: 400),
                strikes(.halfStep, on: host, "of \(count) effects not all are carried out")
            {
                perform(host, agenda, 0..<stepDice.below(count))
                return fall(host, power: plan.has(.power) && stepDice.one(in: 3))
            }
            if plan.has(.halfPause), stepDice.one(in: 400),
                strikes(.halfPause, on: host, "of \(count) effects not all are carried out")
            {
                let done = stepDice.below(count)
                perform(host, agenda, 0..<done)
                process.rest = (agenda, done)
                return pause(host)
            }
        }
        perform(host, agenda, 0..<count)
        if hosts[host].process != nil {
            watchHasNoGap(host)
            toldHostsLetGo(host)
            setTimer(host)
            endForRestart(host)
        }
    }

    /// Carries out some of what a step wants.
    mutating func perform(_ host: Int, _ agenda: Agenda, _ part: Range<Int>) {
        guard let run = hosts[host].process?.run else { return }
        for at in part {
            // A told end is the end of the process.
            guard hosts[host].process?.run == run, violation == nil else { return }
            switch agenda.deeds[at] {
            case .publish: publish(host)
            case .withdraw:
                publish(host)
                hosts[host].process?.told = Snapshot(hosts[host].page)
            case .write(let at): write(host, agenda.effects.records[at])
            case .send(let at): send(host, agenda.effects.messages[at])
            case .tell(let at): told(host, agenda.effects.events[at].event)
            case .release(let at):
                switch agenda.released[at] {
                case .send(let envelope): send(host, envelope)
                case .tell(let event): told(host, event)
                }
            }
        }
    }

    /// The page says what the replica answers at this very moment (R16).
    private mutating func publish(_ host: Int) {
        guard let answer = hosts[host].process?.answer(at: local(host)) else { return }
        let page = Page(
            standing: answer.standing,
            decree: answer.decree,
            validUntil: answer.validUntil,
            boot: hosts[host].boot
        )
        guard page != hosts[host].page else { return }
        let before = hosts[host].page.decree
        hosts[host].page = page
        trace.note(
            now,
            host,
            1,
            UInt64(bitPattern: page.validUntil.nanoseconds),
            "page: \(page.standing) epoch=\(page.decree?.epoch ?? 0) "
                + "slot=\(page.decree?.slot ?? 0) until \(page.validUntil.nanoseconds)"
        )
        scribe?.claim(host, page, in: self)
        checkPage(host)
        if plan.has(.move) { lookElsewhere(host, than: before) }
        if plan.isSealed { reach(host) }
    }

    mutating func hear(_ host: Int, stored id: RecordID, failed: Bool) {
        if failed {
            hosts[host].process?.hasHeardOfFailure = true
            return step(host, .storageFailed)
        }
        hosts[host].process?.stored = id
        let held = hosts[host].process?.held ?? []
        var released = held.filter { $0.after <= id }.map(\.act)
        if !released.isEmpty { hosts[host].process?.held.removeAll { $0.after <= id } }
        if hosts[host].process?.replica.isHalted ?? false { released.removeAll(where: \.isSend) }
        step(host, .stored(id), releasing: released)
    }

    mutating func setTimer(_ host: Int) {
        if let deadline = hosts[host].process?.deadline { setTimer(host, to: deadline) }
    }

    private mutating func setTimer(_ host: Int, to deadline: Instant) {
        guard let process = hosts[host].process else { return }
        var moment = max(now, hosts[host].clock.moment(of: deadline))
        if let timer = process.timer, timer <= moment { return }
        if plan.has(.lateTimer), calmSince == nil, stepDice.one(in: 10),
            strikes(.lateTimer, on: host, "the timer set now")
        {
            moment += stepDice.pickLog(10_000...plan.lease)
        }
        process.timer = moment
        queue.plan(.timer(host: host, run: process.run), at: moment)
    }

    mutating func timer(_ host: Int, _ run: UInt64) {
        guard let process = hosts[host].process, process.run == run, process.timer == now else {
            return
        }
        hosts[host].process?.timer = nil
        if process.isPaused {
            hosts[host].process?.inbox.append(.timer)
        } else if let deadline = process.deadline {
            if deadline <= local(host) {
                step(host, .deadline)
            } else {
                setTimer(host, to: deadline)
            }
        }
    }

    /// An event is told: the journal has it now. Some are the end of the process.
    private mutating func told(_ host: Int, _ event: Event) {
        trace.note(now, host, 4, 0, "\(event)")
        hosts[host].process?.told = Snapshot(hosts[host].page)
        checkEvent(host, event)
        switch event {
        case .stopped:
            exit(host)
            queue.plan(.boot(host: host), at: now + faultDice.pickLog(1_000_000...plan.lease * 3))
        case .storageFailed:
            exit(host)
            queue.plan(.boot(host: host), at: now + 20_000_000)
        case .removed:
            exit(host)
            hosts[host].isRetired = true
        case .olderImage:
            // It goes the way of a lost memory (R23a).
            exit(host)
            _ = takeNewIdentity(host)
            queue.plan(.boot(host: host), at: now + 20_000_000)
        default: break
        }
    }
}
