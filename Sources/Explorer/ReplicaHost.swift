// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// What travels between replicas, and what stays known.
enum ReplicaLetter: Hashable {
    /// A message; a greeting knows at which tick its session began.
    case message(Message, from: Int, to: Int, since: Int)
    /// A mark: this host has accepted it, and has that on disk.
    case hasAccepted(Ballot, DecreeID, by: Int)
    /// A mark: some host takes it for decided.
    case holds(Decree)
    /// A mark: this host's page said that it leads.
    case hasLed(epoch: UInt64, by: Int)
}

/// A host with the real replica on it: its disk, its page, and what waits for the disk.
///
/// It is the shell round the replica, in the order of `Effects`: withdrawn, then durable, then
/// sent. A letter that leaves may be lost, so a crash between two letters needs no step of its own.
struct ReplicaHost<R: Replicating>: Participant {
    let number: Int
    private let settings: Settings
    /// What the one who leads is asked for.
    let order: Request?
    /// Whether the sync is a step of its own; otherwise it is part of whatever wants it.
    private(set) var syncsLater = false
    private(set) var replica: R?
    private(set) var disk: Record
    private var writing: Record?
    private var held: [Held] = []
    private var page = Answer.unsure
    private var runs = 0
    /// The highest ballot under which it gave its word. No crash takes it back.
    private var word = Ballot.zero

    private struct Held: Hashable {
        let after: RecordID
        let letter: ReplicaLetter
    }

    /// What happens besides letters.
    enum Cue: Hashable {
        /// Its deadline has come.
        case wake
        /// What it writes is on disk.
        case store
        /// The process dies; the page stays.
        case crash
        /// It starts again.
        case restart
        /// The leader is asked for something.
        case order
    }

    init(number: Int, disk: Record, settings: Settings, order: Request?) {
        self.number = number
        self.disk = disk
        self.settings = settings
        self.order = order
    }

    /// From now on each sync is a step of its own.
    mutating func syncLater() { syncsLater = true }

    func cues(at tick: Int) -> [Cue] {
        guard let replica else { return [.restart] }
        var cues: [Cue] = []
        if writing != nil { cues.append(.store) }
        if let due = replica.deadline, due <= ReplicaCast.clock(number, tick: tick) {
            cues.append(.wake)
        }
        if order != nil, claims(at: tick) { cues.append(.order) }
        cues.append(.crash)
        return cues
    }

    static func cost(of cue: Cue) -> Budget {
        switch cue {
        case .crash: Budget(crashes: 1)
        case .order: Budget(orders: 1)
        default: Budget()
        }
    }

    /// Whether the page says that this host leads, to whoever reads it now: also while the process
    /// is dead.
    func claims(at tick: Int) -> Bool {
        page.standing == .leader && page.validUntil > ReplicaCast.clock(number, tick: tick)
    }

    mutating func take(_ input: Happening<Self>, at tick: Int) -> Outcome<ReplicaLetter> {
        var outcome = Outcome<ReplicaLetter>()
        let now = ReplicaCast.clock(number, tick: tick)
        switch input {
        case .letter(.message(let message, let from, _, let since)):
            guard replica != nil else { break }
            let session = ReplicaCast.clock(number, tick: since) + .microseconds(1)
            step(
                .received(message, from: ReplicaCast.nodes[from], session: session),
                tick,
                &outcome
            )
        case .letter: break
        case .cue(.wake): step(.deadline, tick, &outcome)
        case .cue(.store): store(tick, &outcome)
        case .cue(.crash): (replica, writing, held) = (nil, nil, [])
        case .cue(.restart): start(tick, &outcome)
        case .cue(.order):
            if let order { step(.asked(order), tick, &outcome) }
        }
        replica?.settleDown(at: now)
        return outcome
    }

    private mutating func start(_ tick: Int, _ outcome: inout Outcome<ReplicaLetter>) {
        runs += 1
        // The start writes the record anew before anything leaves.
        disk.id = RecordID(disk.id.number + 1)
        let stands = claims(at: tick) && page.decree == disk.decided
        let recovered = Recovered(
            record: disk,
            member: Member(id: ReplicaCast.nodes[number]),
            clusterName: ReplicaCast.clusterName,
            settings: settings,
            run: UInt64(number * 100 + runs),
            inherited: stands ? page.validUntil : nil
        )
        replica = R(seed: 0)
        step(.started(recovered), tick, &outcome)
        for (at, node) in ReplicaCast.nodes.enumerated() where at != number {
            if let envelope = replica?.greet(node) { send(envelope, tick, &outcome) }
        }
    }

    private mutating func step(
        _ input: Input,
        _ tick: Int,
        _ outcome: inout Outcome<ReplicaLetter>
    ) {
        let now = ReplicaCast.clock(number, tick: tick)
        guard let effects = replica?.step(input, at: now) else { return }
        publish(now, &outcome)
        for record in effects.records { writing = record }
        for envelope in effects.messages { send(envelope, tick, &outcome) }
        for told in effects.events { hear(told.event, &outcome) }
        if writing != nil, !syncsLater { store(tick, &outcome) }
    }

    /// The page says what the replica answers at this very moment (R16).
    private mutating func publish(_ now: Instant, _ outcome: inout Outcome<ReplicaLetter>) {
        guard var answer = replica?.answer(at: now) else { return }
        if answer.standing != .leader { answer.validUntil = .zero }
        if let violation = PageRules.violation(of: answer, after: page, disk: disk) {
            outcome.violation = violation
        }
        page = answer
        if page.standing == .leader, let decree = page.decree {
            outcome.letters.append(.hasLed(epoch: decree.epoch, by: number))
        }
    }

    private mutating func send(
        _ envelope: Envelope,
        _ tick: Int,
        _ outcome: inout Outcome<ReplicaLetter>
    ) {
        guard let to = ReplicaCast.number(of: envelope.to) else { return }
        let letter = ReplicaLetter.message(
            envelope.message.plain,
            from: number,
            to: to,
            since: envelope.message.isGreeting ? tick : 0
        )
        if let after = envelope.after, after > disk.id {
            let held = Held(after: after, letter: letter)
            if !self.held.contains(held) { self.held.append(held) }
        } else {
            leave(letter, &outcome)
        }
    }

    /// A letter leaves: what it says must be on disk, and must not take back a word given (R4).
    private mutating func leave(_ letter: ReplicaLetter, _ outcome: inout Outcome<ReplicaLetter>) {
        outcome.letters.append(letter)
        guard case .message(let message, _, _, _) = letter else { return }
        let given: Ballot
        switch message.body {
        case .promise(let reply): given = reply.promise.ballot
        case .accepted(let reply):
            given = reply.accepted.ballot
            outcome.letters.append(.hasAccepted(given, reply.decree, by: number))
        case .ack(let ack) where ack.lease > .zero:
            given = ack.ballot
            if ack.lease > disk.maxLease {
                outcome.violation = Violation(
                    "durableThenSent",
                    "\(disk.node) grants \(ack.lease) and remembers \(disk.maxLease) at most"
                )
            }
        case .decided(let decree):
            outcome.letters.append(.holds(decree))
            return
        default: return
        }
        if given > disk.promised {
            outcome.violation = Violation(
                "durableThenSent",
                "\(disk.node) gives its word under \(given), on disk is \(disk.promised)"
            )
        }
        if given < word {
            outcome.violation = Violation(
                "promisesSurvive",
                "\(disk.node) gives its word under \(given) after \(word)"
            )
        }
        word = max(word, given)
    }

    private func hear(_ event: Event, _ outcome: inout Outcome<ReplicaLetter>) {
        outcome.told.append("\(ReplicaCast.name(number)): \(event)")
        switch event {
        case .decided(let decree): outcome.letters.append(.holds(decree))
        case .contradiction, .chosenTwice, .olderImage, .olderImageOf, .copied, .otherCluster,
            .listsDiffer,
            .foundedBefore, .notBlank:
            outcome.violation = Violation("noFalseAlarm", "\(disk.node): \(event)")
        default: break
        }
    }

    private mutating func store(_ tick: Int, _ outcome: inout Outcome<ReplicaLetter>) {
        guard let record = writing else { return }
        if record.promised < disk.promised {
            outcome.violation = Violation(
                "promisesSurvive",
                "\(record.node) forgets \(disk.promised) for \(record.promised)"
            )
        }
        (disk, writing) = (record, nil)
        if let accepted = disk.accepted {
            outcome.letters.append(
                .hasAccepted(accepted.ballot, accepted.value.id, by: number)
            )
        }
        let ready = held.filter { $0.after <= record.id }
        held.removeAll { $0.after <= record.id }
        for held in ready { leave(held.letter, &outcome) }
        step(.stored(record.id), tick, &outcome)
    }
}
