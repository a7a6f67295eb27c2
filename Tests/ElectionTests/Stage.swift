// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// Where a story is played: a few hosts, each message under way for one millisecond, each sync
/// taking half of one, nothing left to chance.
///
/// It is the smallest shell that keeps the seam's contract: withdrawn, then durable, then sent,
/// then told. What it writes down is what the story's file shows.
final class Stage {
    var actors: [Actor] = []
    var now = Instant.zero
    var letters: [Letter] = []
    /// Letters that a story holds back.
    var drawer: [Letter] = []
    /// What is held back, and what is lost: `n1>n2 kind`.
    var holding: [Rule] = []
    var cuts: [Rule] = []
    var settings = Settings()
    var lines: [String] = []
    /// Whether greetings, heartbeats and acks are written down.
    var isShowingAll = false
    private var runs: UInt64 = 0
    var requests: UInt64 = 0

    static let trip = Span.milliseconds(1)
    static let sync = Span.microseconds(500)

    func actor(_ label: some StringProtocol) -> Actor? { actors.first { $0.label == label } }

    func note(_ text: String) {
        let tenths = now.nanoseconds / 100_000
        var time = "\(tenths / 10).\(tenths % 10)"
        time = String(repeating: " ", count: max(0, 6 - time.count)) + time
        lines.append("\(time)  \(text)")
    }

    private func note(_ letter: Letter, _ remark: String = "") {
        let isUsual = ["hello", "heartbeat", "ack"].contains(letter.kind)
        if isShowingAll || !isUsual { note(letter.text + remark) }
    }

    // Processes.

    func start(_ actor: Actor) {
        runs += 1
        actor.die()
        actor.run = runs
        actor.record.id = RecordID(actor.record.id.number + 1)
        var inherited: Instant?
        if actor.leads(now), let decided = actor.record.decided, actor.page.decree == decided {
            inherited = actor.page.validUntil
        } else {
            actor.page = .unsure
        }
        actor.replica = Replica(seed: runs)
        var recovered = Recovered(
            record: actor.record,
            member: actor.member,
            clusterName: "story",
            settings: settings,
            run: actor.run,
            inherited: inherited
        )
        recovered.versions = actor.versions
        step(actor, .started(recovered))
        greetAll(actor)
    }

    /// Sessions with everybody are set up.
    func greetAll(_ actor: Actor) {
        for other in actors where other !== actor && other.replica != nil {
            greet(actor, other)
            greet(other, actor)
        }
    }

    /// A session has been set up: the first message over it.
    private func greet(_ from: Actor, _ to: Actor) {
        guard from.member.id != to.member.id else { return }
        guard let envelope = from.replica?.greet(to.member.id) else { return }
        send(from, envelope)
    }

    func step(_ actor: Actor, _ input: Input) {
        guard let effects = actor.replica?.step(input, at: actor.clock(now)) else { return }
        if effects.withdraw {
            note("\(actor.label) takes its page back")
            publish(actor)
        }
        for record in effects.records {
            actor.writing = record
            actor.writeDue = actor.disk == .slow ? .never : now + Self.sync
        }
        for envelope in effects.messages { carryOut(actor, .send(envelope), envelope.after) }
        for told in effects.events { carryOut(actor, .tell(told.event), told.after) }
        if actor.replica != nil { publish(actor) }
        if actor.isRestarting, actor.writing == nil,
            actor.replica?.mayRestart(at: actor.clock(now)) ?? false
        {
            note("\(actor.label) ends for a restart")
            return actor.die()
        }
        let isAsked = actor.isHeld && actor.replica?.handsOver ?? false
        guard isAsked != actor.isAsked else { return }
        actor.isAsked = isAsked
        if isAsked {
            note("\(actor.label) asks its programs to let go")
        } else if actor.isHeld {
            note("\(actor.label) calls the hand-over off")
        }
    }

    private func carryOut(_ actor: Actor, _ act: Actor.Act, _ after: RecordID?) {
        if let after, after > actor.record.id {
            actor.held.append((after, act))
        } else {
            carryOut(actor, act)
        }
    }

    private func carryOut(_ actor: Actor, _ act: Actor.Act) {
        switch act {
        case .send(let envelope): send(actor, envelope)
        case .tell(let event):
            note("\(actor.label) \(event)")
            switch event {
            case .stopped, .storageFailed, .removed:
                actor.die()
                actor.page = .unsure
            default: break
            }
        }
    }

    private func publish(_ actor: Actor) {
        guard let answer = actor.replica?.answer(at: actor.clock(now)) else { return }
        actor.page = answer
        guard actor.leads(now) else { return }
        for other in actors where other !== actor && other.leads(now) {
            note("TWO LEASES: \(actor.label) and \(other.label)")
        }
    }

    private func send(_ from: Actor, _ envelope: Envelope) {
        for to in actors where to.member.id == envelope.to && to !== from {
            let letter = Letter(
                from: from,
                to: to,
                fromRun: from.run,
                toRun: to.run,
                session: to.clock(now),
                message: envelope.message,
                attempt: envelope.attempt,
                due: now + Self.trip
            )
            if cuts.contains(where: { $0.matches(letter) }) {
                note(letter, " (lost)")
            } else if holding.contains(where: { $0.matches(letter) }) {
                note(letter, " (held)")
                drawer.append(letter)
            } else {
                letters.append(letter)
            }
        }
    }

    // Time.

    /// The next thing that will happen by itself.
    private enum Next {
        case letter(Int)
        case stored(Actor)
        case deadline(Actor)
    }

    private func next() -> (at: Instant, what: Next)? {
        var first: (at: Instant, what: Next)?
        func offer(_ at: Instant, _ what: Next) {
            if at < first?.at ?? .never { first = (at, what) }
        }
        for index in letters.indices { offer(letters[index].due, .letter(index)) }
        for actor in actors {
            offer(actor.writeDue, .stored(actor))
            if !actor.isPaused, let deadline = actor.replica?.deadline {
                offer(max(now, actor.story(deadline)), .deadline(actor))
            }
        }
        return first
    }

    /// Lets this much time pass.
    func advance(_ span: Span) {
        let end = now + span
        while let next = next(), next.at <= end { happen(next.at, next.what) }
        now = end
    }

    /// Lets time pass until nothing is under way and nothing is being written.
    func settle() {
        for _ in 0..<10_000 {
            guard !letters.isEmpty || actors.contains(where: { $0.writeDue != .never }),
                let next = next()
            else { return }
            happen(next.at, next.what)
        }
        note("DOES NOT SETTLE")
    }

    private func happen(_ at: Instant, _ what: Next) {
        now = max(now, at)
        switch what {
        case .letter(let index): arrive(letters.remove(at: index))
        case .stored(let actor): stored(actor)
        case .deadline(let actor): step(actor, .deadline)
        }
    }

    /// A letter is there; from a run that is gone, or for one, it cannot be read.
    func arrive(_ letter: Letter) {
        let to = letter.to
        guard to.replica != nil, to.run == letter.toRun else { return note(letter, " (nobody)") }
        if to.isPaused { return to.inbox.append(letter) }
        note(letter)
        step(
            to,
            .received(letter.message, from: letter.from.member.id, session: letter.session)
        )
    }

    func stored(_ actor: Actor) {
        guard let record = actor.writing else { return }
        (actor.writing, actor.writeDue) = (nil, .never)
        if actor.disk == .failing { return step(actor, .storageFailed) }
        actor.record = record
        let released = actor.held.filter { $0.after <= record.id }
        actor.held.removeAll { $0.after <= record.id }
        for held in released { carryOut(actor, held.act) }
        step(actor, .stored(record.id))
    }
}

/// Which letters are meant: `n1>n2`, `n1>*`, `*>n2 heartbeat`.
struct Rule {
    let from: String
    let to: String
    let kind: String?

    func matches(_ letter: Letter) -> Bool {
        (from == "*" || from == letter.from.label) && (to == "*" || to == letter.to.label)
            && (kind == nil || kind == letter.kind)
    }
}
