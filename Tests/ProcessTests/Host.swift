// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Linux

/// One host of a cluster under test: its files, its daemon, its socket and its page.
final class Host {
    let name: String
    let directory: String
    let listen: String
    let members: [String]
    let election: String
    /// The daemon; it is killed when this becomes nil.
    var program: Program?

    var configuration: String { "\(directory)/\(name).conf" }
    var state: String { "\(directory)/\(name).state" }
    var runtime: String { "\(directory)/\(name)" }
    var socket: String { "\(runtime)/electd.sock" }
    var page: String { "\(runtime)/lease" }
    var key: String { "\(directory)/cluster.key" }

    init(
        name: String,
        directory: String,
        listen: String,
        members: [String],
        election: String
    ) {
        self.name = name
        self.directory = directory
        self.listen = listen
        self.members = members
        self.election = election
    }

    /// Writes electd.conf; the parameters are what a test wants to be different.
    func writeConfiguration(name: String? = nil, key: String? = nil, more: String = "") throws {
        let text = """
            [Cluster]
            Name=test
            Key=\(key ?? self.key)
            [Node]
            Name=\(name ?? self.name)
            Listen=\(listen)
            [Election]
            \(election)
            [Paths]
            State=\(state)
            Runtime=\(runtime)
            \(more)
            """
        try Data(text.utf8).write(to: URL(filePath: configuration))
    }

    /// Writes an electd.conf by which it asks these whether it may join, and starts the daemon.
    func join(_ others: Host..., name: String? = nil, key: String? = nil) throws {
        let addresses = others.map(\.listen).joined(separator: " ")
        try writeConfiguration(name: name, key: key, more: "[Cluster]\nJoin=\(addresses)")
        try start()
    }

    /// Waits until what it knows is as it should be: now, or after an event.
    @discardableResult
    func wait(_ what: String, until isSo: (Status) -> Bool) throws -> Status {
        var watch = try Watch(socket: socket)
        let deadline = BootClock.now() + Int64(Program.patience) * 1_000_000
        var last = try status()
        while !isSo(last), BootClock.now() < deadline {
            switch try watch.next(timeout: .milliseconds(200)) {
            case .snapshot(let status): last = status
            case .event(let event): last = event.status
            case .gap, nil: last = try status()
            }
        }
        guard isSo(last) else { throw Failure("\(name) waits for \(what) in vain: \(last)") }
        return last
    }

    /// Runs `electctl init`.
    func runInit() throws -> (status: Int32, text: String) {
        let arguments = ["init", "--config", configuration] + members.flatMap { ["--member", $0] }
        return try run("electctl", arguments)
    }

    /// Runs a program to its end.
    func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
        let program = try Program(name, arguments, environment: ["ELECTD_SOCKET=\(socket)"])
        let text = try program.everything() + program.everythingWritten()
        return (try program.waitForEnd(), text)
    }

    /// Starts the daemon, and returns once its socket is open.
    func start() throws {
        let program = try Program("electd", ["--config", configuration])
        self.program = program
        guard try program.says("started: ") else {
            throw Failure("\(name) does not start: \(try program.everything())")
        }
    }

    /// Starts the daemon through a shell that first does what `setting` says.
    func start(after setting: String) throws {
        let electd = "\(Program.directory)/electd"
        let script = "\(setting); exec \(electd) --config \(configuration)"
        let program = try Program("/bin/sh", ["-c", script])
        self.program = program
        guard try program.says("started: ") else {
            throw Failure("\(name) does not start: \(try program.everything())")
        }
    }

    /// Starts a daemon that is expected to end by itself: with which status, saying what.
    func startInVain(_ more: [String] = []) throws -> (status: Int32, text: String) {
        try run("electd", ["--config", configuration] + more)
    }

    /// Ends the daemon without a warning.
    func crash() throws {
        program?.send(SIGKILL)
        _ = try program?.waitForEnd()
    }

    /// Waits until there is a leader, under an epoch above `epoch`.
    func waitForLeader(
        _ wanted: WaitLeader.Wanted = .anyone,
        after epoch: UInt64 = 0
    ) throws -> LeaderReply {
        do {
            return try Electd.waitLeader(
                WaitLeader(wanted, afterEpoch: epoch),
                socket: socket,
                timeout: .milliseconds(Program.patience)
            )
        } catch {
            // What the daemon said last tells more than that it does not answer.
            guard let program, !program.isRunning else { throw error }
            let code = try program.waitForEnd()
            throw Failure("\(name) ended with \(code): \(try program.everything())")
        }
    }

    /// What it answers now.
    func leader() throws -> LeaderReply {
        var electd = try Electd(socket: socket)
        return try electd.leader()
    }

    /// What it knows now.
    func status() throws -> Status {
        var electd = try Electd(socket: socket)
        return try electd.status()
    }

    /// What its page says now, whether or not anybody runs.
    func pageFields() throws -> LeaseFields {
        guard let fields = try LeasePageReader(path: page).read() else {
            throw Failure("\(page) is never whole")
        }
        return fields
    }
}
