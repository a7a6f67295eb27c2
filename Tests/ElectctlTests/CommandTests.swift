// SPDX-License-Identifier: Apache-2.0

import Control
import FakeElectd
import FoundationEssentials
import Testing

@testable import electctl

/// The real program against a daemon that says what a test tells it: output and status, whole.
@Suite("electctl")
struct CommandTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Runs electctl against a daemon that answers every call with these bytes.
    private func run(_ arguments: String, _ replies: [UInt8]...) throws -> String {
        let directory = try TemporaryDirectory()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in replies.map { .send($0) } }
        return try electctl(arguments, environment: "ELECTD_SOCKET='\(daemon.socket)'")
    }

    @Test(
        "the three answers have three words and three statuses",
        arguments: [
            (Role.leader, "leader\nexit 0\n"), (.follower, "follower\nexit 3\n"),
            (.unsure, "unsure\nexit 4\n"),
        ]
    )
    func isLeader(role: Role, output: String) throws {
        let reply = Samples.answer(role).reply()
        #expect(try run("is-leader", reply) == output)
        let status = try #require(output.split(separator: "\n").last)
        #expect(try run("is-leader -q", reply) == "\(status)\n")
    }

    @Test("a lease that has ended is unsure, whatever electd said before")
    func endedLease() throws {
        let reply = Samples.answer(.leader, left: 0).reply()
        #expect(try run("is-leader", reply) == "unsure\nexit 4\n")
    }

    @Test("leader prints one word, or nothing")
    func leader() throws {
        #expect(try run("leader", Samples.answer().reply()) == "db2\nexit 0\n")
        #expect(
            try run("leader", Samples.answer(.unsure).reply()) == """
                electctl: this host cannot say who leads; see 'electctl status'
                exit 4

                """
        )
        #expect(try run("leader 2>/dev/null", Samples.answer(.unsure).reply()) == "exit 4\n")
    }

    @Test("--json prints what came over the socket")
    func json() throws {
        let answer = Samples.answer()
        let text = String(decoding: answer.json, as: UTF8.self)
        #expect(try run("leader --json", answer.reply()) == "\(text)\nexit 0\n")
        #expect(try run("wait-leader --json", answer.reply()) == "\(text)\nexit 0\n")
        #expect(try run("is-leader --json", answer.reply()) == "\(text)\nexit 3\n")
        let status = Samples.status(answer)
        let page = String(decoding: status.json, as: UTF8.self)
        #expect(
            try run("status --json", StatusReply(status: status).reply()) == "\(page)\nexit 0\n"
        )
    }

    @Test(
        "output that finds no room is a failure that says why; output that nobody reads is not talked of"
    )
    func noRoom() throws {
        #expect(
            try run("leader >/dev/full", Samples.answer().reply()) == """
                electctl: standard output: No space left on device
                exit 1

                """
        )
    }

    @Test("status prints its page without colour into a pipe")
    func status() throws {
        let output = try run("status", StatusReply(status: Samples.status()).reply())
        #expect(
            output.hasPrefix("Cluster  prod-db\nHost     db1, follower\nLeader   db2, epoch 418, ")
        )
        #expect(output.hasSuffix("10.0.0.3:7377 [fd00::3]:7377\nexit 0\n"))
        #expect(!output.contains("\u{1B}"))
        let unsure = StatusReply(status: Samples.status(Samples.answer(.unsure))).reply()
        #expect(try run("status", unsure).hasSuffix("\nexit 4\n"))
    }

    @Test("wait-leader prints the leader, and passes on what it waits for")
    func waitLeader() throws {
        let answer = Samples.answer()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [.send(answer.reply())] }
        let options = "--host db2 --after 417 --min-validity 1.5s --timeout 1min"
        #expect(try electctl("wait-leader --socket \(daemon.socket) \(options)") == "db2\nexit 0\n")
        guard case .waitLeader(let wait)? = daemon.calls.first?.request else {
            Issue.record("\(daemon.calls)")
            return
        }
        #expect(wait.wanted == .host("db2") && wait.afterEpoch == 417)
        #expect(wait.minimumValidityMilliseconds == 1500)
    }

    @Test(
        "--min-validity is rounded up: who asks for a moment does not get none",
        arguments: [("100us", 1 as UInt64), ("1ms", 1), ("1001us", 2), ("0", 0)]
    )
    func leastValidity(typed: String, asked: UInt64) throws {
        let answer = Samples.answer()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [.send(answer.reply())] }
        _ = try electctl("wait-leader --min-validity \(typed) --socket \(daemon.socket)")
        guard case .waitLeader(let wait)? = daemon.calls.first?.request else {
            Issue.record("\(daemon.calls)")
            return
        }
        #expect(wait.minimumValidityMilliseconds == asked)
    }

    @Test("wait-leader gives up with 124")
    func waitLeaderTimeout() throws {
        let reply = ControlError.timedOut("no leader within 1min: 1 of 3 voters is heard from")
            .reply()
        #expect(
            try run("wait-leader --timeout 1min", reply)
                == "electctl: no leader within 1min: 1 of 3 voters is heard from\nexit 124\n"
        )
    }

    @Test("watch prints the present state and a line for each event")
    func watch() throws {
        let before = Samples.status()
        let after = Samples.status(Samples.answer(leader: "db3", epoch: 419), sequence: 13)
        let snapshot = Samples.event(12, kind: "snapshot", before).reply(continues: true)
        let event = Samples.event(13, after)
        let skipped = Samples.event(15, after).reply(continues: true)
        let replies = (snapshot, event.reply(continues: true), skipped)
        #expect(
            try run("watch --count 4", replies.0, replies.1, replies.2) == """
                12 snapshot: db2 leads under epoch 418; 2 of 3 voters reachable
                13 leader: db2 leads under epoch 418: the lease of db3 expired
                - gap: electd went from event 13 to event 15
                15 leader: db2 leads under epoch 418: the lease of db3 expired
                exit 0

                """
        )
        let lines = try run("watch --json -n 3", replies.0, replies.1, replies.2)
            .split(separator: "\n")
        #expect(lines.count == 4 && lines[1] == String(decoding: event.json, as: UTF8.self))
        #expect(
            lines[2]
                == #"{"kind":"gap","text":"electd went from event 13 to event 15"}"#
        )
    }

    @Test("transfer says where leadership goes, or why not")
    func transfer() throws {
        let reply = TransferReply(from: "db1", to: "db2", epoch: 419)
        #expect(
            try run("transfer --to db2", reply.reply())
                == "db2 leads next, under epoch 419; it was db1\nexit 0\n"
        )
        let strange = TransferReply(from: "db1", to: "db2", epoch: 0)
        let daemon = try FakeDaemon(in: directory.path) { connection, _ in
            [.send(connection == 0 ? strange.reply() : Samples.answer().reply())]
        }
        #expect(try electctl("transfer --wait -q --socket \(daemon.socket)") == "exit 0\n")
        let denied = ControlError.permissionDenied("be root, or in the group electd-admin")
        #expect(
            try run("transfer", denied.reply())
                == "electctl: be root, or in the group electd-admin\nexit 5\n"
        )
        let text = String(decoding: reply.json, as: UTF8.self)
        #expect(try run("transfer --json", reply.reply()) == "\(text)\nexit 0\n")
    }

    @Test("an electd that does not run is 69, with what to do")
    func unreachable() throws {
        let socket = "\(directory.path)/nobody.sock"
        let sentence =
            "electctl: electd does not run here: there is no \(socket); start it, or name its socket with --socket\nexit 69\n"
        for command in ["leader", "is-leader", "status", "watch", "transfer"] {
            #expect(try electctl("\(command) --socket \(socket)") == sentence)
        }
    }

    @Test(
        "a command line that makes no sense is 2",
        arguments: [
            "leadr", "leader db1", "wait-leader --self --host db1", "wait-leader --timeout soon",
            "wait-leader --host ''", "wait-leader --host db_1", "watch --count 0", "", "key",
            "init", "init --member db1", "init --member db1=::1",
            "init --member db1=10.0.0.1 --member db1=10.0.0.2",
        ]
    )
    func usage(arguments: String) throws {
        #expect(try electctl("\(arguments) 2>/dev/null") == "exit 2\n", "and nothing for a pipe")
        let said = try electctl(arguments)
        #expect(said.hasPrefix("electctl: ") || said.hasPrefix("OVERVIEW: "), "\(said)")
    }

    @Test("watch ends with its reader, also while nothing happens")
    func watchReader() throws {
        let snapshot = Samples.event(12, kind: "snapshot", Samples.status()).reply(continues: true)
        #expect(
            try run("watch | head -n 1", snapshot) == """
                12 snapshot: db2 leads under epoch 418; 2 of 3 voters reachable
                exit 0

                """
        )
    }

    @Test("who may not open a file or the socket is told whom to be, with 5")
    func permission() throws {
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [] }
        let file = "\(directory.path)/cluster.key"
        setMode(0, of: daemon.socket)
        setMode(0o555, of: directory.path)
        defer { setMode(0o755, of: directory.path) }
        #expect(
            try electctl("key generate \(file)", environment: withoutCapabilities) == """
                electctl: create \(file): Permission denied; run it as root, or as the user that electd \
                runs as
                exit 5

                """
        )
        #expect(
            try electctl("leader --socket \(daemon.socket)", environment: withoutCapabilities)
                == """
                electctl: you may not ask electd at \(daemon.socket): become a member of the group of \
                this socket
                exit 5

                """
        )
    }

    @Test("--version and --help are answers, not errors")
    func help() throws {
        #expect(try electctl("--version") == "\(Release.version)\nexit 0\n")
        #expect(try electctl("wait-leader --help").hasSuffix("\nexit 0\n"))
    }

    @Test("who is left behind by a recovery is named, be it one or several")
    func behind() {
        #expect(leftBehind([]) == "nobody is left behind")
        #expect(leftBehind(["db3"]) == "db3 is left behind")
        #expect(leftBehind(["db3", "db4"]) == "db3, db4 are left behind")
    }
}
