// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What a script can do: let time pass, break things, and mend them.

extension Stage {
    /// Lets time pass.
    mutating func run(for span: Span) {
        let end = now + span
        while let next = nextMoment, next <= end { happen(at: next) }
        now = end
    }

    /// Lets time pass until something is so; false if it never comes, in a minute.
    @discardableResult
    mutating func run(until isSo: (Stage) -> Bool) -> Bool {
        let end = now + .milliseconds(60_000)
        while !isSo(self) {
            guard let next = nextMoment, next <= end else { return false }
            happen(at: next)
        }
        return true
    }

    /// The message that comes next, if that is what happens next.
    var nextPacket: Packet? {
        guard let first = agenda.first, first.at == nextMoment,
            case .packet(let packet) = first.what, shows.contains(packet.kind)
        else { return nil }
        return packet
    }

    /// That message is lost, on the last step of its way.
    mutating func catchNextPacket() {
        if nextPacket != nil { agenda.removeFirst() }
    }

    /// Lets one thing happen.
    mutating func runOne() {
        if let next = nextMoment { happen(at: next) }
    }

    /// When something happens next.
    private var nextMoment: Instant? {
        var next = agenda.first?.at
        for host in hosts {
            guard let process = host.process, !process.isPaused,
                let deadline = process.replica.deadline
            else { continue }
            next = min(next ?? .never, max(deadline, now))
        }
        return next
    }

    /// One thing: a message or a sync first, then timers.
    private mutating func happen(at moment: Instant) {
        now = moment
        if let first = agenda.first, first.at <= now {
            agenda.removeFirst()
            switch first.what {
            case .packet(let packet): arrive(packet)
            case .stored(let host, let run): stored(host, run: run)
            }
            return
        }
        for at in hosts.indices {
            guard let process = hosts[at].process, !process.isPaused,
                let deadline = process.replica.deadline, deadline <= now
            else { continue }
            return step(at, .deadline)
        }
    }

    /// A sentence across the diagram.
    mutating func note(_ text: String) { draw(.note(text)) }

    /// Starts a host, with what its disk remembers.
    mutating func start(_ name: String) {
        let at = at(name)
        precondition(hosts[at].process == nil, "\(name) runs already")
        hosts[at].runs += 1
        let run = UInt64(at + 1) * 1000 + hosts[at].runs
        hosts[at].disk.id = RecordID(hosts[at].disk.id.number + 1)
        hosts[at].page = .unsure
        hosts[at].process = Process(replica: .init(seed: run), run: hosts[at].runs)
        let recovered = Recovered(
            record: hosts[at].disk,
            member: hosts[at].member,
            clusterName: "story",
            settings: Settings(),
            run: run
        )
        draw(.mark(host: at, .starts, "starts"))
        draw(.line(host: at, hosts[at].line))
        step(at, .started(recovered))
        for other in hosts.indices { connect(at, other) }
    }

    /// A process dies. What was being written never was.
    mutating func crash(_ name: String) {
        draw(.mark(host: at(name), .crashes, "crashes"))
        end(at(name))
    }

    /// A process is no more.
    mutating func end(_ at: Int) {
        hosts[at].process = nil
        for other in hosts.indices { sessions[Pair(at, other)] = nil }
        draw(.line(host: at, .down))
    }

    /// A disk is lost; the host comes back as somebody else (R2).
    mutating func wipe(_ name: String) {
        let at = at(name)
        precondition(hosts[at].process == nil, "\(name) runs")
        let incarnation = hosts[at].node.key.words.1 + 1
        let runs = hosts[at].runs
        hosts[at] = Host(
            name,
            number: at + 1,
            incarnation: incarnation,
            role: .voter,
            origin: .join
        )
        hosts[at].runs = runs
        draw(.mark(host: at, .breaks, "its disk is lost"))
    }

    /// A process stands still: SIGSTOP, or a hypervisor that thinks of something else.
    mutating func pause(_ name: String) {
        let at = at(name)
        hosts[at].process?.isPaused = true
        draw(.mark(host: at, .pauses, "is paused"))
        draw(.line(host: at, .paused))
    }

    /// It goes on where it was, and hears all that came meanwhile.
    mutating func wake(_ name: String) {
        let at = at(name)
        guard let inbox = hosts[at].process?.inbox else { return }
        hosts[at].process?.isPaused = false
        hosts[at].process?.inbox = []
        draw(.mark(host: at, .starts, "wakes up"))
        step(at, .deadline)
        draw(.line(host: at, hosts[at].line))
        for input in inbox { step(at, input) }
    }

    /// Asks a host for something, as `electctl` does.
    mutating func ask(_ name: String, _ command: Command, force: Bool = false) {
        let request = Request.command(command, force: force, id: RequestID(plans + 7))
        step(at(name), .asked(request))
    }

    /// Tells a host to stop in order, as systemd does.
    mutating func stop(_ name: String) { step(at(name), .asked(.stop)) }

    /// Nothing passes between these two any more.
    mutating func cut(_ a: String, _ b: String) {
        cuts[at(a)][at(b)] = true
        cuts[at(b)][at(a)] = true
    }

    /// Nothing passes between these groups any more.
    mutating func partition(_ groups: [String]...) {
        for (index, group) in groups.enumerated() {
            for other in groups[(index + 1)...] {
                for a in group { for b in other { cut(a, b) } }
            }
        }
    }

    /// Everything passes again.
    mutating func heal() {
        for a in hosts.indices { for b in hosts.indices { cuts[a][b] = false } }
        connectAll()
    }

    /// From now on these are lost.
    mutating func lose(_ kinds: MessageKind..., from: String? = nil, to: String? = nil) {
        addRule(kinds, from, to, isLoss: true)
    }

    /// From now on these stay under way, until they are let go.
    mutating func hold(_ kinds: MessageKind..., from: String? = nil, to: String? = nil) {
        addRule(kinds, from, to, isLoss: false)
    }

    private mutating func addRule(
        _ kinds: [MessageKind],
        _ from: String?,
        _ to: String?,
        isLoss: Bool
    ) {
        rules.append(rule(kinds, from, to, isLoss: isLoss))
    }

    private func rule(
        _ kinds: [MessageKind],
        _ from: String?,
        _ to: String?,
        isLoss: Bool = false
    ) -> Rule {
        let kinds = kinds.isEmpty ? nil : Set(kinds)
        return Rule(kinds: kinds, from: from.map(at), to: to.map(at), isLoss: isLoss)
    }

    /// The canvass is drawn only where this host asks: the others' is beside the point.
    mutating func showCanvass(of name: String) {
        for other in hosts.map(\.name) where other != name {
            hidden.append(rule([.canvass], other, nil))
            hidden.append(rule([.canvassReply], nil, other))
        }
    }

    /// No rule holds any more; what is under way stays so.
    mutating func clearRules() { rules = [] }

    /// Lets messages come that were held: all of them, or those of some kinds.
    mutating func letGo(_ kinds: MessageKind..., from: String? = nil, to: String? = nil) {
        let rule = rule(kinds, from, to)
        for var packet in parked where rule.covers(packet) {
            packet.isLate = true
            plan(.packet(packet), after: .zero)
        }
        parked.removeAll { rule.covers($0) }
    }
}
