// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Glibc
import Linux
import SystemPackage

@testable import Daemon

/// The socket's side with nobody behind it but the test: each turn of the loop is made by hand.
final class SocketUnderTest: ControlHost {
    private let temporary: TemporaryDirectory
    private let loop: EventLoop
    private(set) var control: ControlServer?

    /// What it answers.
    var answer = FakeElectd.Samples.answer()
    /// What it was asked to do.
    private(set) var commands: [Command] = []
    private(set) var lastForce = false
    private(set) var lastID = RequestID(0)
    var sequence: UInt64 = 12
    /// Whether it is about to hand over.
    var handsOver = false
    var holdLimit = Span.milliseconds(5000)
    /// What it was told of who holds the leadership.
    private(set) var heldWords: [Bool] = []
    private(set) var remarks: [String] = []

    var path: String { "\(temporary.path)/electd.sock" }

    /// Whether whoever calls may change things.
    var mayChange: Bool

    /// As whom it runs.
    var user: UInt32 = 1_000

    init(mayChange: Bool = true) throws {
        self.mayChange = mayChange
        temporary = try TemporaryDirectory()
        loop = try EventLoop()
        control = ControlServer(
            listener: try UnixListener(path: "\(temporary.path)/electd.sock"),
            mayChange: { [unowned self] _ in self.mayChange },
            userOf: { [unowned self] _ in self.user },
            host: self,
            version: "0.1.0",
            loop: loop
        )
        try control?.start()
    }

    /// Deals with all that is there to be dealt with now.
    func settle() throws {
        while try turn() {}
    }

    /// One turn of the loop. Returns whether there was anything to do.
    @discardableResult
    func turn() throws -> Bool {
        let ready = try loop.wait(timeout: 0)
        guard !ready.isEmpty || control?.hasUnfinishedCalls ?? false else { return false }
        control?.beginTurn()
        for one in ready { control?.handle(one) }
        control?.attendToHolders(at: .now())
        return true
    }

    func connect() throws -> Caller { try Caller(path, self) }

    func leader(at now: Instant) -> LeaderReply { answer }

    func leaderBytes(at now: Instant) -> [UInt8] { answer.reply() }

    /// Why this host is unsure; nil for what the sample says.
    var reason: (cause: String, text: String)?

    /// So long it takes to put a status together.
    var statusTakes = Span.zero

    func status(at now: Instant) -> Status {
        let end = Instant.now() + statusTakes
        while .now() < end {}
        var status = FakeElectd.Samples.status(answer, sequence: sequence)
        if let reason { (status.cause, status.text) = reason }
        return status
    }

    func makeRequestID() -> RequestID {
        lastID = RequestID(lastID.number + 1)
        return lastID
    }

    func ask(_ command: Command, force: Bool, id: RequestID) {
        commands.append(command)
        lastForce = force
    }

    func held(_ isHeld: Bool) { heldWords.append(isHeld) }

    func remark(_ text: String) { remarks.append(text) }

    let name = "db1"

    func historyBytes(limit: Int) -> [UInt8] {
        HistoryReply(entries: Array(FakeElectd.Samples.history.suffix(limit))).reply()
    }

    func members(at now: Instant) -> MembersReply { FakeElectd.Samples.members }

    func timing(at now: Instant) -> TimingReply { FakeElectd.Samples.timing }

    func beginMeasuring(at now: Instant) -> Instant { now + .milliseconds(20) }

    func measured(at now: Instant) -> MeasureReply {
        MeasureReply(hosts: [MeasuredHost(name: name, answered: true)])
    }
}

/// A program at the socket.
final class Caller {
    private let stream: UnixStream
    private let server: SocketUnderTest
    private var splitter = FrameSplitter(limit: FrameSplitter.replyLimit)
    private(set) var isClosed = false

    init(_ path: String, _ server: SocketUnderTest) throws {
        stream = try UnixStream.connect(path)
        self.server = server
    }

    /// Sends as much as there is room for, and lets the server have its turns. Returns how much.
    @discardableResult
    func send(_ bytes: [UInt8], settling: Bool = true) throws -> Int {
        var done = 0
        while done < bytes.count, case .bytes(let count) = stream.send(bytes, from: done) {
            done += count
        }
        if settling { try server.settle() }
        return done
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ call: Call) throws { try send(call.bytes()) }

    /// Neither sends nor reads any more, as when its process has ended.
    func close() { _ = shutdown(stream.descriptor.rawValue, Int32(SHUT_RDWR)) }

    /// Sends, and is gone before the server has had a turn.
    func sendAndGo(_ bytes: [UInt8]) throws {
        _ = stream.send(bytes)
        close()
        try server.settle()
    }

    func finishSending() throws {
        stream.finishSending()
        try server.settle()
    }

    /// The replies that have come; what is read makes room for more.
    func replies(settling: Bool = true) throws -> [String] {
        var replies: [String] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        reading: while true {
            switch stream.receive(into: &chunk) {
            case .bytes(let count): splitter.append(chunk[..<count])
            case .closed:
                isClosed = true
                break reading
            case .wouldBlock:
                break reading
            }
            if settling { try server.settle() }
        }
        while let reply = try splitter.next() {
            replies.append(String(decoding: reply, as: UTF8.self))
        }
        return replies
    }
}
