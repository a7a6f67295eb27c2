// SPDX-License-Identifier: Apache-2.0

// The shell round the replica: it gives it what happens, with the time read at that moment, and
// carries out what the replica answers, in the one order that is safe.
//
//      input ──▶ step ──▶ withdraw ▶ write ▶ send ▶ publish ▶ tell
//                                      │       what waits for the disk comes later, in that order
//                                      ▼
//                                    worker
//
// It decides nothing. Which messages, when, and what may be published, the replica says; what is a
// datagram, a file or a line in the journal, is decided below.

internal import Control
internal import Election
internal import Linux
internal import Paxos
internal import Session
internal import State
internal import Storage
internal import SystemPackage
internal import Wire

/// One replica, and all its ways in and out.
final class Node {
    private(set) var replica: Replica<SHA256Digest>
    var network: Network
    private var writer: RecordWriter
    private var publisher: Publisher
    private var outbox = Outbox()
    private var report: StatusReport
    private var journal: JournalLines
    private var requests: SplitMix64
    private let state: OpenedState
    private let remarks: [String]
    private var origin = Origin.join
    private var me = NodeID.nobody
    private var join: [String]
    private var cached: (answer: Answer, bytes: [UInt8])?
    private var malformed: UInt64 = 0

    /// Who is told what happens; nil before the socket is open.
    var control: ControlServer?
    /// The number of the newest event of this run.
    private(set) var sequence: UInt64 = 0
    /// With what the process is to end; nil while it goes on.
    private(set) var exit: ExitCode?
    /// What the page says is to stay as it is when the process ends.
    private(set) var leavesPage = false
    private var isRestarting = false
    private var stopBy: Instant?
    private var answerHasMoved = false
    private var replicaDeadline: Instant?

    /// What a node is made of.
    struct Parts: ~Copyable {
        var network: Network
        var writer: RecordWriter
        var publisher: Publisher
        var report: StatusReport
        var journal: JournalLines
        /// For the replica's back-offs and the numbers of requests.
        var seed: UInt64
        var join: [String]
        /// Its lock is held for as long as the node lives.
        var state: OpenedState
    }

    init(_ parts: consuming Parts) {
        replica = Replica(seed: parts.seed)
        requests = SplitMix64(seed: ~parts.seed)
        report = parts.report
        join = parts.join
        remarks = parts.state.remarks + parts.network.remarks
        network = parts.network
        writer = parts.writer
        publisher = parts.publisher
        journal = parts.journal
        state = parts.state
    }

    /// Watches the sockets, the resolver and the worker.
    func watch(_ loop: EventLoop) throws(SystemError) {
        try network.start(loop)
        try loop.add(writer.descriptor, .readable, token: Token.worker)
    }

    /// Begins: the record is on disk, anew, and nothing has left this host yet.
    func begin(_ recovered: Recovered) {
        origin = recovered.record.origin
        me = recovered.record.node
        for remark in remarks { say(.warning, remark) }
        step(.started(recovered), at: .now())
        reach(at: .now())
    }

    // Stepping.

    /// One input, and all that comes of it.
    func step(_ input: Input, at now: Instant) {
        carryOut(replica.step(input, at: now), after: Outbox.Ready(), at: now)
    }

    private func carryOut(_ effects: Effects, after released: Outbox.Ready, at now: Instant) {
        // Only a step moves it, and it is asked for more often than that.
        replicaDeadline = replica.deadline
        if effects.withdraw { withdraw(because: effects.events.lazy.map(\.event)) }
        for record in effects.records { writer.write(record, at: now) }
        let ready = outbox.take(effects)
        for envelope in released.messages { send(envelope) }
        for envelope in ready.messages { send(envelope) }
        publish()
        for event in released.events { tell(event) }
        for event in ready.events { tell(event) }
    }

    private func send(_ envelope: Envelope) {
        network.send(envelope, envelope.message.encoded, at: .now())
    }

    // Publishing.

    /// To be called first of all whenever the process may have slept: takes back what is over.
    func withdrawIfOver() {
        let now = Instant.now()
        if publisher.isOver(at: now) { withdraw(because: [], at: now) }
    }

    private func withdraw(because events: some Sequence<Event>, at now: Instant = .now()) {
        let answer = replica.answer(at: now)
        publisher.withdraw(to: answer, at: now)
        writeFiles(at: now)
        control?.answerChanged()
        let cause = events.compactMap(\.cause).first ?? "expired"
        let text = "withdrawn: this host now says \(answer.standing)"
        tell(kind: "withdrawn", cause: cause, text: text)
    }

    /// Brings the page and, if the answer is another one, files and socket to what holds now.
    private func publish() {
        let now = Instant.now()
        let before = publisher.published
        guard publisher.announce(replica.answer(at: now), at: now) else {
            if publisher.published != before { answerHasMoved = true }
            return
        }
        writeFiles(at: now)
        answerHasMoved = true
        reach(at: now)
    }

    private func writeFiles(at now: Instant) {
        let status = status(at: now)
        if let error = publisher.write(status, at: now) {
            say(.warning, "the status files cannot be written: \(error)")
        }
    }

    /// At the end of each turn: waits that are over, files that have grown old.
    func finishTurn() {
        let now = Instant.now()
        if publisher.refreshAt(lease) <= now { writeFiles(at: now) }
        for notice in network.dueNotices(at: now) { say(.warning, notice) }
        guard answerHasMoved else { return }
        answerHasMoved = false
        control?.answerChanged()
    }

    private var lease: Span {
        (publisher.published.decree?.state.settings ?? Settings()).lease
    }

    // Telling.

    private func tell(_ event: Event) {
        say(event.priority, event.description)
        tell(kind: event.kind, cause: event.cause, text: event.description)
        switch event {
        case .answered(let id, let outcome): control?.answered(id, outcome)
        case .decided: reach(at: .now())
        case .stopped: exit = exit ?? .success
        case .removed: exit = exit ?? .removed
        case .storageFailed: exit = .failure
        case .olderImage: setAside()
        default: break
        }
    }

    /// This host runs on an older image of its disk (R23a): it goes the way of a lost memory, and
    /// the next run begins with a new identity.
    private func setAside() {
        do throws(SystemError) {
            let ending = try state.directory.setAside()
            say(.error, "\(state.directory.path): its files now end in .\(ending)")
        } catch {
            say(.error, "\(error): remove the state directory before electd is started again")
        }
        exit = .failure
    }

    private func tell(kind: String, cause: String?, text: String) {
        sequence += 1
        guard let control, control.hasWatchers else { return }
        let status = status(at: .now())
        let reply = WatchReply(
            sequence: sequence,
            kind: kind,
            cause: cause ?? status.cause,
            text: text,
            status: status
        )
        control.tell(reply.reply(continues: true))
    }

    /// A line for the operator.
    func say(_ priority: Priority, _ text: String) { journal.say(priority, text) }

    // What comes in.

    /// Datagrams of one socket that are taken in one turn.
    private static let datagramsPerTurn = 64

    /// Takes what has come on a socket.
    func takeDatagrams(from port: Int) throws(SystemError) {
        for _ in 0..<Self.datagramsPerTurn {
            guard let received = try network.receive(from: port) else { return }
            attend(to: received.events, at: received.at)
        }
    }

    /// Takes what the kernel says of datagrams that found nobody.
    func takeErrors(from port: Int) {
        for node in network.unreachable(on: port) { step(.unreachable(node), at: .now()) }
    }

    private func attend(to events: [SessionEvent], at now: Instant) {
        for event in events {
            switch event {
            case .message(let bytes, let session, _):
                receive(bytes, over: session, at: now)
            case .established(let session, _), .repeatHello(let session):
                guard let node = NodeID(session.peer) else { continue }
                send(replica.greet(node))
            case .unexpectedPeer(let expected, let found, let endpoint):
                say(
                    .notice,
                    "\(found.peer.name) at \(endpoint) has another key than the member that was "
                        + "expected there (\(expected)): it has a new identity"
                )
            case .reachedOurselves(let endpoint):
                say(
                    .warning,
                    "\(endpoint) answers with this host's own key: it is an address of this host, "
                        + "or somebody runs a copy of its state directory"
                )
            case .undecryptable, .ended: break
            }
        }
    }

    private func receive(_ bytes: [UInt8], over session: EstablishedSession, at now: Instant) {
        guard let node = NodeID(session.peer) else { return }
        do throws(WireError) {
            switch try Message.decode(bytes, digest: SHA256Digest.self) {
            case .message(let message):
                let begun = Instant(nanoseconds: session.begun)
                step(.received(message, from: node, session: begun), at: now)
            case .unknownKind: malformed += 1
            }
        } catch {
            malformed += 1
            // The first, and then ever fewer: a peer that is broken is so all the time.
            if malformed.nonzeroBitCount == 1 { say(.warning, "dropped from \(node): \(error)") }
        }
    }

    /// Takes what the worker has done.
    func takeCompletions() {
        for outcome in writer.takeOutcomes() {
            let now = Instant.now()
            switch outcome {
            case .stored(let id):
                let released = outbox.stored(id)
                carryOut(replica.step(.stored(id), at: now), after: released, at: now)
            case .failed(let error):
                say(.error, "\(error): what is not on disk cannot be promised; this run is over")
                step(.storageFailed, at: now)
                exit = .failure
            }
        }
        if isRestarting, !writer.isBusy { exit = exit ?? .success }
    }

    /// Takes what the resolver has found.
    func takeAddresses() {
        for failure in network.takeAnswers(at: .now()) { say(.warning, failure) }
    }

    // Time.

    /// Does all that is due.
    func passTime() {
        let now = Instant.now()
        if let due = replicaDeadline, due <= now { step(.deadline, at: now) }
        network.wake(at: now)
        attend(to: network.takePending(), at: now)
        writer.mirrorIfDue(at: now)
        if let stopBy, stopBy <= now {
            say(.warning, "not everything was let go of in time; stopping all the same")
            exit = exit ?? .success
        }
    }

    /// When something is due next.
    var deadline: Instant {
        var next = publisher.refreshAt(lease)
        if publisher.published.standing != .unsure {
            next = min(next, publisher.published.validUntil)
        }
        for due in [replicaDeadline, network.deadline, writer.deadline, stopBy] {
            if let due { next = min(next, due) }
        }
        return next
    }

    // What people want.

    /// Lets go of everything, then ends (SIGTERM).
    func stop() {
        guard stopBy == nil else { return }
        stopBy = .now() + lease * 2 + .milliseconds(1000)
        step(.asked(.stop), at: .now())
    }

    /// Ends without giving anything up, for a restart within the lease (SIGUSR1).
    func leaveForRestart() {
        isRestarting = true
        leavesPage = true
        if !writer.isBusy { exit = exit ?? .success }
    }

    /// Takes over what a changed configuration may change in a run.
    func reload(join: [String], ring: KeyRing) {
        self.join = join
        network.replaceRing(ring, at: .now())
        reach(at: .now())
    }

    /// Says the last word on page and files.
    func close() {
        if network.sessions.drops.total > 0 {
            say(.info, "datagrams dropped in this run: \(network.sessions.drops)")
        }
        guard !leavesPage else { return }
        let now = Instant.now()
        publisher.close(status(at: now), at: now)
    }

    private func reach(at now: Instant) {
        let wanted = Neighbour.all(
            decree: replica.view(at: now).decree,
            origin: origin,
            join: join,
            me: me
        )
        for objection in network.reach(for: wanted, at: now) { say(.warning, objection) }
        attend(to: network.takePending(), at: now)
    }
}

extension Node: ControlHost {
    func leader(at now: Instant) -> LeaderReply { report.leader(replica.answer(at: now)) }

    func leaderBytes(at now: Instant) -> [UInt8] {
        let answer = replica.answer(at: now)
        if let cached, cached.answer == answer { return cached.bytes }
        let bytes = report.leader(answer).reply()
        cached = (answer, bytes)
        return bytes
    }

    func status(at now: Instant) -> Status {
        report.status(
            replica.answer(at: now),
            replica.view(at: now),
            sequence: sequence,
            at: now
        )
    }

    func makeRequestID() -> RequestID { RequestID(requests.next()) }

    func ask(_ command: Command, id: RequestID) {
        step(.asked(.command(command, id: id)), at: .now())
    }
}

extension NodeID {
    /// Who the session says it is (R2).
    fileprivate init?(_ peer: Session.Peer) {
        guard let key = PublicKey(peer.key.bytes) else { return nil }
        self.init(name: peer.name, key: key)
    }
}
