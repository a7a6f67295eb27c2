// SPDX-License-Identifier: Apache-2.0

// The socket: programs of this host come, ask, wait and watch.
//
// Nothing that a program does, or leaves undone, delays the loop. Calls are served a few at a time,
// what is not read is bounded, who is stuck is dropped, and what makes no sense gets one typed error
// and the end of its connection.

internal import Control
internal import Election
internal import Linux
internal import Paxos

/// All connections of the socket.
final class ControlServer {
    let listener: UnixListener
    let mayChange: (borrowing UnixStream) -> Bool
    let userOf: (borrowing UnixStream) -> UInt32?
    unowned let host: any ControlHost
    let version: String
    let loop: EventLoop

    /// In the order of their tokens.
    var connections: [Connection] = []
    var nextToken = Token.firstConnection
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)
    /// Connections with calls that were left for the next turn.
    private var unfinished: [UInt64] = []
    private var callsLeft = callsPerTurn.all
    private var turnEnds = Instant.never
    /// Some program holds the leadership of this host, as far as the election has been told.
    var isHeld = false
    /// The door is shut until then, or until somebody goes.
    var reopensAt: Instant?
    /// Before this moment it is not said again.
    var quietUntil = Instant.zero

    /// Calls that are served in one turn: of one connection, and of all together.
    static let callsPerTurn = (each: 16, all: 64)
    /// After so long none is begun: a status of many members is worth a hundred small answers, and the
    /// heartbeats wait meanwhile.
    static let turn = Span.milliseconds(2)

    /// - Parameters:
    ///   - mayChange: whether whoever is at the other end may change anything.
    ///   - userOf: as whom whoever is at the other end runs.
    ///   - host: who knows the answers; it lives at least as long as this.
    init(
        listener: consuming UnixListener,
        mayChange: @escaping (borrowing UnixStream) -> Bool,
        userOf: @escaping (borrowing UnixStream) -> UInt32? = {
            (try? $0.peerCredentials())?.user
        },
        host: any ControlHost,
        version: String,
        loop: EventLoop
    ) {
        self.listener = listener
        self.mayChange = mayChange
        self.userOf = userOf
        self.host = host
        self.version = version
        self.loop = loop
    }

    /// Begins to let programs in.
    func start() throws(SystemError) {
        try loop.add(listener.descriptor, .readable, token: Token.listener)
    }

    /// How many programs are there.
    var count: Int { connections.count }

    /// Whether a turn of the loop should follow at once, without a wait.
    var hasUnfinishedCalls: Bool { !unfinished.isEmpty }

    /// Whether anybody watches.
    var hasWatchers: Bool {
        connections.contains { if case .events = $0.duty { true } else { false } }
    }

    /// When `expire` has something to do.
    var deadline: Instant? { connections.reduce(reopensAt) { earlier($0, $1.deadline) } }

    /// Deals with what the poller said of the listener or a connection.
    func handle(_ ready: Ready) {
        if ready.token == Token.listener { return accept() }
        guard let connection = connection(ready.token) else { return }
        let now = Instant.now()
        if ready.writable, !connection.flush(at: now) { return close(connection) }
        // Who has gone may have left a call that wants no answer.
        var hasCalls = unfinished.contains(connection.token)
        if ready.readable {
            switch connection.receive(with: &buffer) {
            case .bytes: hasCalls = true
            case .wouldBlock: break
            case .closed: connection.inputHasEnded = true
            }
        }
        if ready.error || ready.hangup && !hasCalls { return close(connection) }
        serve(connection)
    }

    /// Goes on with the calls that the last turn left over.
    func beginTurn() {
        callsLeft = Self.callsPerTurn.all
        turnEnds = .now() + Self.turn
        let tokens = unfinished
        unfinished = []
        for (index, token) in tokens.enumerated() {
            guard turnGoesOn else {
                // Before those that were served in this turn.
                unfinished.insert(contentsOf: tokens[index...], at: 0)
                return
            }
            if let connection = connection(token) { serve(connection) }
        }
    }

    private var turnGoesOn: Bool { callsLeft > 0 && .now() < turnEnds }

    /// Ends the waits that are over, and the connections of who does not read.
    func expire(at now: Instant) {
        if let reopensAt, reopensAt <= now { reopen() }
        for connection in connections {
            guard let deadline = connection.deadline, deadline <= now else { continue }
            if let stuck = connection.stuckSince, stuck + Connection.patience <= now {
                close(connection)
                continue
            }
            switch connection.duty {
            // Who does not let go in time is no longer waited for, and stays.
            case .hold: continue
            case .measurement: finish(connection, host.measured(at: now).reply())
            default: finish(connection, ControlError.timedOut(Self.timedOutText).reply())
            }
        }
    }

    private static let timedOutText = """
        it has not come to pass in time: look at 'electctl status', or wait for longer
        """

    /// Tells everybody who watches.
    func tell(_ reply: [UInt8]) {
        for connection in connections {
            guard case .events = connection.duty else { continue }
            say(reply, to: connection)
        }
    }

    /// Lets everybody go: the daemon ends.
    func closeAll() {
        for connection in connections { close(connection) }
        try? loop.remove(listener.descriptor)
    }

    private func connection(_ token: UInt64) -> Connection? {
        connections.first { $0.token == token }
    }

    private func close(_ connection: Connection) {
        guard !connection.isClosed else { return }
        connection.isClosed = true
        try? loop.remove(connection.stream.descriptor)
        connections.removeAll { $0 === connection }
        unfinished.removeAll { $0 == connection.token }
        reopen()
    }

    private func serve(_ connection: Connection) {
        var served = 0
        while connection.isIdle {
            guard served < Self.callsPerTurn.each, turnGoesOn else {
                putOff(connection)
                break
            }
            switch connection.next() {
            case .nothing:
                return settle(connection)
            case .call(let call):
                begin(call, of: connection)
            case .fault(let error, let isOneway):
                if case .malformed = error { connection.isEnding = true }
                connection.isOneway = isOneway
                say(error.reply(), to: connection)
            }
            served += 1
            callsLeft -= 1
        }
        settle(connection)
    }

    private func putOff(_ connection: Connection) {
        guard !unfinished.contains(connection.token) else { return }
        unfinished.append(connection.token)
    }

    /// Watches the connection for what can be of use now, or closes it.
    private func settle(_ connection: Connection) {
        guard !connection.isClosed else { return }
        if connection.isSpent { return close(connection) }
        var interest: Interest = connection.hasOutput ? .writable : []
        if !connection.inputHasEnded, connection.mayReceive { interest.insert(.readable) }
        guard interest != connection.interest else { return }
        connection.interest = interest
        try? loop.modify(connection.stream.descriptor, interest, token: connection.token)
    }

    func say(
        _ bytes: [UInt8],
        to connection: Connection
    ) {
        if connection.isOneway { return }
        if !connection.say(bytes, at: .now()) { return close(connection) }
        settle(connection)
    }

    /// Answers the call in progress; calls behind it come in the next turn.
    func finish(
        _ connection: Connection,
        _ bytes: [UInt8]
    ) {
        connection.duty = .none
        if connection.hasMore { putOff(connection) }
        say(bytes, to: connection)
    }
}
