// SPDX-License-Identifier: Apache-2.0

// The loop. One thread, one wait, and in each turn the same order:
//
//      wait ─▶ take back what is over ─▶ read what came ─▶ do what is due ─▶ finish ─▶ set the alarm
//
// The second comes before everything else: between the wait and this moment the process may have
// been stopped for as long as anybody likes, and the page must not go on saying what has ended.

internal import Control
internal import Election
internal import Glibc
internal import Linux
internal import Paxos

/// The daemon, from the moment everything is open to its end.
final class Server {
    private let loop: EventLoop
    private var timer: BootTimer
    private let signals: SignalSource
    private let node: Node
    private let control: ControlServer
    private let manager: ServiceManager
    private let reload: () -> Bool
    private var places: Places

    /// The signals that mean something to this daemon.
    static let signalNumbers = [SIGTERM, SIGINT, SIGUSR1, SIGHUP]

    /// - Parameters:
    ///   - manager: who is told that this daemon is ready, and that it lives.
    ///   - reload: what SIGHUP asks for; whether it was done.
    ///   - places: the names that are looked at now and then.
    init(
        loop: EventLoop,
        signals: consuming SignalSource,
        node: Node,
        control: ControlServer,
        manager: ServiceManager,
        reload: @escaping () -> Bool,
        places: [Place]
    ) throws(SystemError) {
        let timer = try BootTimer()
        self.loop = loop
        self.timer = timer
        self.signals = signals
        self.node = node
        self.control = control
        self.manager = manager
        self.reload = reload
        self.places = Places(places, at: Instant.now().nanoseconds)
        node.control = control
        node.manager = manager
    }

    /// Runs until there is a reason to end, and returns it.
    func run() throws(SystemError) -> ExitCode {
        try loop.add(timer.descriptor, .readable, token: Token.timer)
        try loop.add(signals.descriptor, .readable, token: Token.signals)
        try node.watch(loop)
        try control.start()
        manager.ready(node.status(at: .now()), at: .now())
        while true {
            let due = deadline
            try timer.arm(at: due.nanoseconds)
            let ready = try loop.wait(timeout: control.hasUnfinishedCalls ? 0 : nil)
            node.withdrawIfOver()
            node.noteWake(due: due)
            // The cluster before the programs of this host: a heartbeat stands behind no question.
            for one in ready where one.token < Token.listener { try take(one) }
            control.beginTurn()
            for one in ready where one.token >= Token.listener { control.handle(one) }
            node.passTime()
            control.expire(at: .now())
            node.finishTurn()
            lookAtPlaces()
            manager.finishTurn(canStore: node.canStore, at: .now())
            if let exit = node.exit {
                node.close()
                control.closeAll()
                return exit
            }
        }
    }

    /// It wakes nobody: heartbeats do that often enough.
    private func lookAtPlaces() {
        for remark in places.takeRemarks() { node.remark(remark) }
        if let job = places.look(at: Instant.now().nanoseconds) { node.writer.doAside(job) }
    }

    /// Whether somebody waits for its end.
    var wasToldToEnd: Bool { node.isStopping || node.isRestarting }

    private var deadline: Instant {
        min(node.deadline, control.deadline ?? .never, manager.deadline ?? .never)
    }

    private func take(_ ready: Ready) throws(SystemError) {
        switch ready.token {
        case Token.timer:
            timer.acknowledge()
            manager.heardTimer()
        case Token.signals: try takeSignals()
        case Token.worker: node.takeCompletions()
        case Token.resolver: node.takeAddresses()
        case Token.sockets:
            let port = Int(ready.token - Token.sockets.lowerBound)
            if ready.error { node.takeErrors(from: port) }
            try node.takeDatagrams(from: port)
        default: broken("nobody has token \(ready.token)")
        }
    }

    private func takeSignals() throws(SystemError) {
        while let signal = try signals.next() {
            switch signal {
            case SIGHUP: manager.reload(reload, status: { node.status(at: .now()) })
            case SIGUSR1:
                manager.stopping(within: node.stopLimit)
                node.leaveForRestart()
            default:
                manager.stopping(within: node.stopLimit)
                node.stop()
            }
        }
    }
}
