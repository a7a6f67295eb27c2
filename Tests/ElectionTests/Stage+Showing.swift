// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What a story may look at: who the members are, what a host answers, what is on its disk.

extension Stage {
    /// The members as this host knows them.
    func members(_ actor: Actor) {
        guard let decree = actor.record.decided else { return note("\(actor.label) has no decree") }
        let words = decree.state.members.map { member in
            var text = "\(member.id):\(member.role)"
            if member.priority != 100 { text += ":\(member.priority)" }
            if let asked = member.asked { text += " (asked \(asked))" }
            if !member.isUp { text += " down" }
            if member.isDrained { text += " drained" }
            if !member.allAddresses.isEmpty {
                text += " at " + member.allAddresses.joined(separator: " ")
            }
            return text
        }
        note("\(actor.label) slot=\(decree.slot): " + words.joined(separator: ", "))
        for entry in decree.state.announced { note("  \(entry.name) may join as \(entry.role)") }
        if let pause = decree.state.pause { note("  paused for \(pause.span)") }
    }

    func status(_ actor: Actor) {
        guard let replica = actor.replica else {
            let page = actor.leads(now) ? ", its page says leader" : ""
            return note("\(actor.label) down\(page)")
        }
        let clock = actor.clock(now)
        let answer = replica.answer(at: clock)
        var text = "\(actor.label) \(answer.standing)"
        if let decree = answer.decree { text += " slot=\(decree.slot) epoch=\(decree.epoch)" }
        if answer.standing != .unsure { text += " for \(answer.validUntil - clock)" }
        note(text + "; " + replica.view(at: clock).activity)
    }

    func record(_ actor: Actor) {
        let record = actor.record
        var text = "\(actor.label) \(record.id) slot=\(record.decided?.slot ?? 0)"
        text += " promised=\(record.promised)"
        if record.maxLease > settings.lease { text += " longest grant=\(record.maxLease)" }
        if let accepted = record.accepted {
            text += " accepted=\(accepted.ballot) leader=\(accepted.value.leader)"
        }
        note(text)
    }
}
