// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// The shell round each replica, as the seam demands it: withdrawn, then durable, then sent, then
// told.

extension Stage {
    /// Gives a replica one input and carries out what comes of it.
    mutating func step(_ at: Int, _ input: Input) {
        guard hosts[at].process != nil else { return }
        if hosts[at].process?.isPaused ?? false {
            hosts[at].process?.inbox.append(input)
            return
        }
        var released: [Process.Held] = []
        if case .stored(let id) = input { released = takeHeld(at, upTo: id) }
        guard let effects = hosts[at].process?.replica.step(input, at: now) else { return }
        if effects.withdraw { publish(at) }
        for record in effects.records { write(at, record) }
        let messages = effects.messages.map { Process.Held.message($0) }
        let events = effects.events.map { Process.Held.event($0) }
        for act in released + messages + events { carryOut(at, act) }
        publish(at)
    }

    private mutating func takeHeld(_ at: Int, upTo id: RecordID) -> [Process.Held] {
        let held = hosts[at].process?.held ?? []
        hosts[at].process?.held.removeAll { ($0.after ?? id) <= id }
        return held.filter { ($0.after ?? id) <= id }
    }

    private mutating func carryOut(_ at: Int, _ act: Process.Held) {
        if let after = act.after, after > hosts[at].disk.id {
            hosts[at].process?.held.append(act)
            return
        }
        switch act {
        case .message(let envelope): send(at, envelope)
        case .event(let told):
            if case .decided(let decree) = told.event { truth.noteDecided(decree) }
            // A leader that ceases is unsure: that goes without saying.
            let isSaid = told.event == .unsure && ceased?.host == at && ceased?.at == now
            if let (mark, text) = told.event.caption, !isSaid { draw(.mark(host: at, mark, text)) }
            switch told.event {
            case .answered(_, let outcome): outcomes.append(outcome)
            case .removed, .stopped: end(at)
            case .ceased: ceased = (at, now)
            default: break
            }
        }
    }

    private mutating func write(_ at: Int, _ record: Record) {
        guard let run = hosts[at].process?.run else { return }
        hosts[at].process?.writing = record
        plan(.stored(host: at, run: run), after: syncTime)
    }

    /// What was being written is on disk now.
    mutating func stored(_ at: Int, run: UInt64) {
        guard hosts[at].process?.run == run, let record = hosts[at].process?.writing else { return }
        hosts[at].process?.writing = nil
        keep(at, record)
        step(at, .stored(record.id))
    }

    private mutating func keep(_ at: Int, _ record: Record) {
        let before = hosts[at].disk
        hosts[at].disk = record
        truth.note(record)
        guard showsDisk else { return }
        if let accepted = record.accepted, accepted != before.accepted {
            draw(
                .mark(
                    host: at,
                    .durable,
                    "accepted \(accepted.value.slot) by \(accepted.ballot), on disk"
                )
            )
        } else if record.promised != before.promised, record.promised.owner != record.node {
            // A promise to itself is a ballot taken, and drawn as that.
            draw(.mark(host: at, .durable, "promised \(record.promised), on disk"))
        }
    }

    /// The page says what the replica answers at this very moment (R16).
    private mutating func publish(_ at: Int) {
        guard let answer = hosts[at].process?.replica.answer(at: now) else { return }
        let before = hosts[at].line
        hosts[at].page = answer
        if hosts[at].line != before { draw(.line(host: at, hosts[at].line)) }
        let leaders = leadingPages.map { hosts[$0].name }
        truth.noteLeaders(leaders, epoch: answer.standing == .leader ? answer.decree?.epoch : nil)
    }

    /// The hosts whose page says that they lead, running or not, with the lease not over.
    var leadingPages: [Int] {
        hosts.indices.filter {
            hosts[$0].page.standing == .leader && hosts[$0].page.validUntil > now
        }
    }

    mutating func plan(_ what: Planned.What, after span: Span) {
        plans += 1
        let planned = Planned(at: now + span, number: plans, what: what)
        let place = agenda.firstIndex { $0.at > planned.at } ?? agenda.endIndex
        agenda.insert(planned, at: place)
    }
}
