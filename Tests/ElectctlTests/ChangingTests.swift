// SPDX-License-Identifier: Apache-2.0

import Control
import FakeElectd
import Glibc
import Testing

/// What an operator types to change the cluster, what electd is asked then, and what is printed.
@Suite("electctl, changing")
struct ChangingTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Runs electctl against a daemon that does as it is asked; what it was asked, and what was said.
    private func run(_ arguments: String) throws -> (asked: ChangeRequest?, said: String) {
        let directory = try TemporaryDirectory()
        let reply = ChangeReply(decree: 422, epoch: 418).reply()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [.send(reply)] }
        let said = try electctl(arguments, environment: "ELECTD_SOCKET='\(daemon.socket)'")
        guard case .change(let asked)? = daemon.calls.first?.request else { return (nil, said) }
        return (asked, said)
    }

    @Test(
        "each verb asks for its change and says by which decree it is made",
        arguments: [
            ("add db4", Change.addMember(name: "db4", role: .voter), "db4 may join as voter"),
            (
                "add db4 --role observer", .addMember(name: "db4", role: .observer),
                "db4 may join as observer"
            ),
            ("remove db3", .removeMember(name: "db3"), "db3 is removed"),
            (
                "replace db3 --by db4", .replaceMember(name: "db3", by: "db4"),
                "db4 has taken the place of db3"
            ),
            ("drain", .drain(name: nil), "this host is drained"),
            ("drain db2", .drain(name: "db2"), "db2 is drained"),
            ("undrain", .undrain(name: nil), "this host may lead again"),
            ("undrain db2", .undrain(name: "db2"), "db2 may lead again"),
            (
                "pause --for 10min", .pause(milliseconds: 600_000),
                "leadership stays where it is for 10min"
            ),
            ("resume", .resume, "whoever may lead may stand again"),
        ]
    )
    func verbs(arguments: String, change: Change, sentence: String) throws {
        let (asked, said) = try run(arguments)
        #expect(asked == ChangeRequest(change, timeoutMilliseconds: 30_000))
        #expect(said == "\(sentence), by decree 422\nexit 0\n")
        #expect(try run("\(arguments) -q").said == "exit 0\n")
        #expect(
            try run("\(arguments) --json").said == #"{"decree":422,"epoch":418}"# + "\nexit 0\n"
        )
        #expect(try run("\(arguments) --timeout 0").asked == ChangeRequest(change))
    }

    @Test("set NAME KEY=VALUE is about a member")
    func member() throws {
        let (asked, said) = try run(
            "set db2 priority=50 role=witness address=10.0.0.2,[fd00::2]:7 label=url=a=b label=z=1"
        )
        var settings = MemberSettings()
        settings.priority = 50
        settings.role = .witness
        settings.addresses = ["10.0.0.2:7377", "[fd00::2]:7"]
        settings.labels = Labels([.init(key: "url", value: "a=b"), .init(key: "z", value: "1")])
        #expect(asked?.change == .setMember(name: "db2", settings))
        #expect(said.hasPrefix("set db2 priority=50 role=witness "), "\(said)")
        var none = MemberSettings()
        none.labels = Labels()
        #expect(try run("set db2 label=").asked?.change == .setMember(name: "db2", none))
    }

    @Test("set KEY=VALUE is about the cluster")
    func cluster() throws {
        var settings = ClusterSettings()
        settings.lease = 300
        settings.heartbeat = 60
        #expect(try run("set lease=300ms heartbeat=60ms").asked?.change == .set(settings))
        var others = ClusterSettings()
        others.drift = 500
        others.autoPromote = false
        others.autoReplace = true
        others.maxVoters = 5
        others.downAfter = 10_000
        others.admission = .approve
        others.preemptAfter = 0
        others.protocolVersion = 1
        let words = """
            drift=500ppm auto-promote=no auto-replace=yes max-voters=5 down-after=10s \
            admission=approve preempt-after=0 protocol=1
            """
        #expect(try run("set \(words)").asked?.change == .set(others))
    }

    @Test(
        "a command line that makes no sense is 2, says what would, and asks electd for nothing",
        arguments: [
            ("set db2", "say what to set of db2, as in: set db2 priority=50"),
            ("set db2 priority=many", "priority=many: write a whole number from 0 to 1000"),
            ("set db2 priority=1001", "priority=1001: write a whole number from 0 to 1000"),
            ("set db2 address=", "address=: write one at least, as in address=10.0.0.1:7377"),
            ("set lease=1s lease=2s", "lease= is given twice: say it once"),
            ("set db2 role=voter role=witness", "role= is given twice: say it once"),
            (
                "set leese=1s",
                "the cluster has no leese=; see 'electctl set --help' for what can be set"
            ),
            ("set db2 role=boss", "role=boss: the roles are voter, observer and witness"),
            (
                "set db2 lease=300ms",
                "a member has no lease=; it has role=, priority=, address= and label="
            ),
            (
                "set priority=5",
                "the cluster has no priority=; to set something of a member, write its name first, "
                    + "as in: set db2 priority=5"
            ),
            (
                "set lease=soon",
                "lease=: 'soon' is no length of time: write a number and a unit, as in 500ms, 2s or "
                    + "1min 30s"
            ),
            ("set lease=1.5ms", "lease=1.5ms: write whole milliseconds, as in 300ms"),
            (
                "set lease=300ms heartbeat",
                "'heartbeat' sets nothing: write key=value, as in lease=300ms"
            ),
            ("set auto-promote=1", "auto-promote=1: write yes or no"),
            ("set admission=shut", "admission=shut: it is open or approve"),
            (
                "remove db2 --force </dev/null",
                "--force asks first, and there is no terminal to ask on: say --yes as well"
            ),
        ]
    )
    func usage(arguments: String, sentence: String) throws {
        let (asked, said) = try run(arguments)
        #expect(said == "electctl: \(sentence)\nexit 2\n")
        #expect(asked == nil)
    }

    @Test("--force passes on with --yes, and without it only what a person types")
    func force() throws {
        let change = Change.removeMember(name: "db3")
        let forced = ChangeRequest(change, force: true, timeoutMilliseconds: 30_000)
        #expect(try run("remove db3 --force --yes </dev/null").asked == forced)
        // script(1) gives a terminal to what it runs.
        func typed(_ answer: String) throws -> (asked: ChangeRequest?, said: String) {
            let directory = try TemporaryDirectory()
            let reply = ChangeReply(decree: 422, epoch: 418).reply()
            let daemon = try FakeDaemon(in: directory.path) { _, _ in [.send(reply)] }
            let said = try electctl(
                "remove db3 --force",
                environment: "ELECTD_SOCKET='\(daemon.socket)'",
                typing: answer
            )
            guard case .change(let asked)? = daemon.calls.first?.request else { return (nil, said) }
            return (asked, said)
        }
        let yes = try typed("yes")
        #expect(yes.asked == forced)
        #expect(yes.said.contains("none to spare"), "\(yes.said)")
        #expect(yes.said.contains("db3 is removed, by decree 422"), "\(yes.said)")
        let no = try typed("y")
        #expect(no.asked == nil)
        #expect(no.said.contains("electctl: nothing was changed"), "\(no.said)")
        #expect(no.said.hasSuffix("exit 5\n"), "\(no.said)")
    }

    @Test("a refused change is 5, with electd's sentence")
    func refused() throws {
        let sentence =
            "of the 2 voters this makes, 1 answer and 2 are needed; start the others first"
        let daemon = try FakeDaemon(in: directory.path) { _, _ in
            [.send(ControlError.refused(sentence).reply())]
        }
        #expect(
            try electctl("remove db3 --socket \(daemon.socket)")
                == "electctl: \(sentence)\nexit 5\n"
        )
    }

    @Test("transfer --wait waits for the lease of the leader that the decree names")
    func transfer() throws {
        let daemon = try FakeDaemon(in: directory.path) { _, call in
            if case .transfer = call.request {
                return [.send(TransferReply(from: "db1", to: "db2", epoch: 418).reply())]
            }
            return [.send(Samples.answer().reply())]
        }
        #expect(
            try electctl("transfer --wait --socket \(daemon.socket)")
                == "db2 leads now, under epoch 418; it was db1\nexit 0\n"
        )
        guard case .waitLeader(let wait)? = daemon.calls.last?.request else {
            Issue.record("\(daemon.calls)")
            return
        }
        #expect(wait.wanted == .anyone && wait.afterEpoch == 417)
    }

    @Test("--timeout is for both, the decree and the lease")
    func transferAndWaitInTime() throws {
        let directory = try TemporaryDirectory()
        let daemon = try FakeDaemon(in: directory.path) { _, call in
            guard case .transfer = call.request else {
                return [.send(Samples.answer(.follower, leader: "db3", epoch: 419).reply())]
            }
            usleep(20_000)
            return [.send(TransferReply(from: "db2", to: "db3", epoch: 419).reply())]
        }
        _ = try electctl("transfer --wait --timeout 10s --socket \(daemon.socket)")
        guard case .waitLeader(let wait) = daemon.calls.last?.request else {
            Issue.record("it was asked \(daemon.calls)")
            return
        }
        #expect(wait.timeoutMilliseconds <= 9_981, "of ten seconds twenty milliseconds were over")
        #expect(wait.timeoutMilliseconds > 0, "0 is for ever")
    }

    @Test("transfer --wait does not wait for a leader that another one has come before")
    func overtaken() throws {
        let daemon = try FakeDaemon(in: directory.path) { _, call in
            if case .transfer = call.request {
                return [.send(TransferReply(from: "db1", to: "db3", epoch: 417).reply())]
            }
            return [.send(Samples.answer().reply())]
        }
        #expect(
            try electctl("transfer --wait --socket \(daemon.socket)") == """
                electctl: db3 was late, and db2 leads in its place, under epoch 418; look at \
                'electctl timing', and ask again
                exit 1

                """
        )
    }
}
