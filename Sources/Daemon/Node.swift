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
internal import SystemPackage
internal import Wire

/// One replica, and all its ways in and out.
final class Node {
    var replica: HeldReplica
    var network: Network
    var writer: RecordWriter
    var publisher: Publisher
    var outbox = Outbox()
    var report: StatusReport
    var journal: JournalLines
    var requests: SplitMix64
    let state: OpenedState
    var history: History
    var historyIsLost = false
    var lateness = Measurements()
    var soundings = Soundings()
    /// The longest lease that this host has ever granted (R7).
    var longestGrant = Span.zero
    private let remarks: [String]
    private(set) var origin = Origin.join
    private(set) var me = NodeID.nobody
    private(set) var join: [String]
    var joinNotice = JoinNotice()
    /// Who was said to speak no version of ours.
    var foreigners: [NodeID] = []
    /// Whether it was said that the cluster has another name than the file.
    var hasSaidName = false
    var cached: (answer: Answer, bytes: [UInt8])?
    var malformed: UInt64 = 0
    /// See `diskDeadline`.
    var diskPatience = Node.diskPatience

    /// Who is told what happens; nil before the socket is open.
    var control: ControlServer?
    /// Who is told for `systemctl status`.
    var manager: ServiceManager?
    /// The number of the newest event of this run.
    var sequence: UInt64 = 0
    /// With what the process is to end; nil while it goes on.
    var exit: ExitCode?
    /// What the page says is to stay as it is when the process ends.
    private(set) var leavesPage = false
    var isRestarting = false
    /// For how long a leader asks before it ends for a restart.
    var restartGrace = Span.zero
    private var stopBy: Instant?
    var isStopping: Bool { stopBy != nil }
    /// See `ControlHost`.
    var holdLimit: Span
    /// The protocol versions that this host speaks.
    let versions: ClosedRange<UInt8>
    var answerHasMoved = false

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
        var holdLimit: Span
        /// Those that the sessions say as well.
        var versions: ClosedRange<UInt8> = WireVersion.supported
        var history: History
        /// Its lock is held for as long as the node lives.
        var state: OpenedState
    }

    init(_ parts: consuming Parts) {
        replica = HeldReplica(Replica(seed: parts.seed))
        requests = SplitMix64(seed: ~parts.seed)
        report = parts.report
        join = parts.join
        holdLimit = parts.holdLimit
        versions = parts.versions
        remarks = parts.state.remarks + parts.network.remarks
        network = parts.network
        writer = parts.writer
        publisher = parts.publisher
        journal = parts.journal
        history = parts.history
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
        longestGrant = recovered.record.maxLease
        for remark in remarks { say(.warning, remark) }
        if let remark = history.remark { say(.warning, remark) }
        if let job = history.begin(recovered.record.decided) { writer.doAside(job) }
        var recovered = recovered
        recovered.versions = versions
        step(.started(recovered), at: .now())
        if let decided = recovered.record.decided { checkName(of: decided) }
        reach(at: .now())
        // The files are of this run from its first moment on; and no turn begins late for them.
        finishTurn()
    }

    // Stepping.

    /// One input, and all that comes of it.
    func step(_ input: Input, at now: Instant) {
        carryOut(replica.step(input, at: now), after: Outbox.Ready(), at: now)
    }

    func carryOut(_ effects: Effects, after released: Outbox.Ready, at now: Instant) {
        if effects.withdraw { withdraw(because: effects.events.lazy.map(\.event)) }
        for record in effects.records {
            longestGrant = record.maxLease
            writer.write(record, at: now)
        }
        let ready = outbox.take(effects)
        for envelope in released.messages { send(envelope) }
        for envelope in ready.messages { send(envelope) }
        publish()
        for event in released.events { tell(event) }
        for event in ready.events { tell(event) }
    }

    func send(_ envelope: Envelope) {
        let other = network.sessions.session(with: envelope.to.sessionKey)?.peer.versions.spoken
        let version = ProtocolVersion.spoken(
            agreed: settings.protocolVersion,
            by: versions,
            and: other ?? versions
        )
        network.send(envelope, envelope.message.encoded(in: version), at: .now())
    }

    // Time.

    /// Does all that is due.
    func passTime() {
        let now = Instant.now()
        if let due = replica.deadline, due <= now { step(.deadline, at: now) }
        network.wake(at: now)
        attend(to: network.takePending(), at: now)
        writer.mirrorIfDue(at: now)
        sendProbes(at: now)
        letGoIfDiskHangs(at: now)
        if let stopBy, stopBy <= now {
            say(.warning, "not everything was let go of in time; stopping all the same")
            exit = exit ?? .success
        }
    }

    /// When something is due next.
    var deadline: Instant {
        // The files alone wake nobody: heartbeats do that often enough, and they go along.
        let files = publisher.refreshAt(lease) + lease / 4
        let isSure = publisher.published.standing != .unsure
        var next = earlier(files, isSure ? publisher.published.validUntil : nil)
        next = earlier(next, replica.deadline)
        next = earlier(next, network.deadline)
        next = earlier(next, writer.deadline)
        next = earlier(next, diskDeadline)
        next = earlier(next, soundings.deadline)
        return earlier(next, stopBy) ?? .never
    }

    // What people want.

    /// How long it takes to let go of everything, at most.
    var stopLimit: Span {
        lease * 2 + .milliseconds(1000) + (control?.isHeld ?? false ? holdLimit : .zero)
    }

    /// Whether the helper still writes to the disk. It does not die; that is why it is looked at.
    var canStore: Bool { writer.isAlive }

    /// Lets go of everything, then ends (SIGTERM).
    func stop() {
        guard !isStopping else { return }
        // Who was to make way for a restart is not to come back.
        (isRestarting, leavesPage) = (false, false)
        stopBy = .now() + stopLimit
        control?.attendToHolders(at: .now())
        letGo()
    }

    /// Lets go, unless programs of this host are asked to first.
    private func letGo() {
        if isStopping, !(control?.isHeld ?? false) { step(.asked(.stop), at: .now()) }
    }

    /// Programs of this host hold its leadership, or do no longer.
    func held(_ isHeld: Bool) {
        step(.asked(.held(isHeld)), at: .now())
        letGo()
    }

    /// Ends without giving anything up, for a restart within the lease (SIGUSR1), or within the grace
    /// that a leader is granted before.
    func leaveForRestart() {
        guard !isStopping else { return }
        isRestarting = true
        leavesPage = true
        step(.asked(.restart(grace: restartGrace)), at: .now())
    }

    /// Takes over what a changed configuration may change in a run.
    func reload(join: [String], holdLimit: Span, restartGrace: Span, ring: KeyRing) {
        self.join = join
        self.holdLimit = holdLimit
        self.restartGrace = restartGrace
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

    func reach(at now: Instant) {
        let wanted = Neighbour.all(
            decree: replica.view(at: now).decree,
            isLed: publisher.published.standing != .unsure,
            origin: origin,
            join: join,
            me: me
        )
        for objection in network.reach(for: wanted, at: now) { say(.warning, objection) }
        attend(to: network.takePending(), at: now)
    }
}
