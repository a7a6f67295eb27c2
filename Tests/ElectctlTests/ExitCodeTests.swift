// SPDX-License-Identifier: Apache-2.0

import Control
import FakeElectd
import FoundationEssentials
import Testing

/// One meaning each, with every verb: a script that knows the statuses of one command knows them of all.
@Suite("the exit status of every verb")
struct ExitCodeTests {
    /// What asks electd, and how little it takes to ask.
    static let asking = [
        "status", "leader", "is-leader", "wait-leader", "watch", "members", "history", "timing",
        "doctor --config /nowhere", "transfer", "drain", "undrain db2", "pause --for 1min",
        "resume",
        "add db4", "remove db3", "replace db3 --by db4", "set lease=1s", "set db3 priority=1",
    ]
    /// What works on files of this host, or on none.
    static let local = [
        "init --member db1=10.0.0.1", "key generate", "recover --follow", "recover inspect .",
        "completion bash",
    ]

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// With what it ends where electd does this with every call.
    private func status(_ command: String, _ steps: FakeDaemon.Step...) throws -> String {
        let directory = try TemporaryDirectory()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in steps }
        return try status(command, socket: daemon.socket)
    }

    private func status(_ command: String, socket: String, after: String = "") throws -> String {
        let said = try electctl(
            "\(command) --socket '\(socket)'",
            environment: "timeout 60 \(after)"
        )
        return String(said.split(separator: "\n").last ?? "")
    }

    @Test("there is no other verb")
    func verbs() throws {
        let help = try electctl("--help").split(separator: "\n", omittingEmptySubsequences: false)
        let known = Set(
            (Self.asking + Self.local).compactMap {
                $0.split(separator: " ").first.map(String.init)
            }
        )
        var listed: Set<String> = []
        for line in help where line.hasPrefix("  ") && !line.hasPrefix("   ") {
            let word = String(line.split(separator: " ")[0])
            if word.first?.isLowercase == true { listed.insert(word) }
        }
        #expect(listed == known)
    }

    @Test("what nobody knows, also behind a verb that is one, is 2", arguments: asking + local)
    func usage(command: String) throws {
        let said = try electctl("\(command) --nonsense")
        #expect(said.hasPrefix("electctl: "))
        #expect(said.hasSuffix("\nexit 2\n"), "\(said)")
    }

    @Test("an electd that does not run, hangs up, or has no room is 69", arguments: asking)
    func down(command: String) throws {
        // Who waits for a leader waits for electd as well, for so long.
        let isPatient = command == "wait-leader"
        let typed = command + (isPatient ? " --timeout 100ms" : "")
        let expected = "exit \(isPatient ? 124 : 69)"
        #expect(try status(typed, socket: "\(directory.path)/nobody") == expected)
        // It comes back, for who watches.
        if command != "watch" { #expect(try status(typed, .close) == expected) }
        let busy = ControlError.busy("too many").reply()
        #expect(try status(typed, .send(busy)) == expected)
    }

    @Test(
        "an electd that hangs is 69, five seconds after it should have answered",
        arguments: ["leader", "members", "drain --timeout 100ms", "transfer --timeout 100ms"]
    )
    func hanging(command: String) throws {
        #expect(try status(command) == "exit 69")
    }

    @Test("a socket that one may not open is 5", arguments: asking)
    func forbidden(command: String) throws {
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [] }
        setMode(0, of: daemon.socket)
        #expect(try status(command, socket: daemon.socket, after: withoutCapabilities) == "exit 5")
    }

    @Test(
        "what electd answers in place of a yes has one status, whatever was asked",
        arguments: asking
    )
    func answered(command: String) throws {
        let answers: [(ControlError, Int)] = [
            (.refused("no"), 5), (.permissionDenied("no"), 5), (.timedOut("late"), 124),
            (.noQuorum("alone", needed: 2, reachable: 1), 4), (.malformed("what"), 1),
        ]
        for (error, expected) in answers {
            #expect(try status(command, .send(error.reply())) == "exit \(expected)", "\(error)")
        }
    }

    @Test("files that one may not write are 5, and a configuration that is wrong is 78")
    func files() throws {
        let file = try directory.replace(
            "electd.conf",
            with: Array(
                """
                [Cluster]
                Name=prod-db
                Key=\(directory.path)/cluster.key
                [Node]
                Name=db1
                [Paths]
                State=\(directory.path)/state
                """.utf8
            )
        )
        let wrong = try directory.replace("wrong.conf", with: Array("[Cluster]\nNmae=x\n".utf8))
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/state",
            withIntermediateDirectories: false
        )
        setMode(0, of: "\(directory.path)/state")
        setMode(0o555, of: directory.path)
        defer { setMode(0o755, of: directory.path) }
        for command in [
            "init --member db1=10.0.0.1", "recover --follow", "recover --keep db1 --yes",
        ] {
            let said = try electctl("\(command) --config \(file)", environment: withoutCapabilities)
            #expect(
                said.contains("; run it as root, or as the user that electd runs as"),
                "\(said)"
            )
            #expect(said.hasSuffix("\nexit 5\n"), "\(said)")
            let unread = try electctl("\(command) --config \(wrong)")
            #expect(unread.hasSuffix("\nexit 78\n"), "\(unread)")
        }
        for command in [
            "key generate \(directory.path)/key", "recover inspect \(directory.path)/state",
        ] {
            let said = try electctl(command, environment: withoutCapabilities)
            #expect(said.hasSuffix("\nexit 5\n"), "\(said)")
        }
    }
}
