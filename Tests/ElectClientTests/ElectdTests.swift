// SPDX-License-Identifier: Apache-2.0

import ElectClient
import FakeElectd
import Testing

@Suite("Asking electd")
struct ElectdTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func serve(_ script: @escaping FakeDaemon.Script) throws -> FakeDaemon {
        try FakeDaemon(in: directory.path, script)
    }

    @Test("a question is answered, again and again, on one connection")
    func leader() throws {
        let follower = Samples.answer()
        let leader = Samples.answer(.leader, leader: "db1", epoch: 419)
        let answers = [follower, follower, leader]
        let daemon = try serve { connection, call in
            connection == 0 && call == Call(.getLeader) ? [.send(leader.reply())] : [.close]
        }
        var electd = try Electd(socket: daemon.socket)
        for _ in answers {
            let answer = try electd.leader()
            #expect(answer == leader)
        }
        #expect(daemon.calls.count == 3)
    }

    @Test("an answer that changes is seen to change")
    func changingLeader() throws {
        let answers = [Samples.answer(), Samples.answer(.unsure), Samples.answer()]
        let count = Counter()
        let daemon = try serve { _, _ in [.send(answers[count.next()].reply())] }
        var electd = try Electd(socket: daemon.socket)
        for expected in answers {
            let answer = try electd.leader()
            #expect(answer == expected)
        }
    }

    @Test("a status, the version and a transfer come back as they were sent")
    func others() throws {
        let status = Samples.status()
        let daemon = try serve { _, call in
            switch call.request {
            case .getStatus: [.send(StatusReply(status: status).reply())]
            case .getInfo: [.send(ServiceInfo(version: "0.1.0").reply())]
            case .transfer(Transfer(to: "db3", timeoutMilliseconds: 1500)):
                [.send(TransferReply(from: "db2", to: "db3", epoch: 419).reply())]
            default: [.close]
            }
        }
        var electd = try Electd(socket: daemon.socket)
        let (answer, info) = (try electd.status(), try electd.info())
        #expect(answer == status && info.version == "0.1.0")
        let transfer = try electd.transfer(to: "db3", timeout: .milliseconds(1500))
        #expect(transfer == TransferReply(from: "db2", to: "db3", epoch: 419))
    }

    @Test("an error that electd answers with is that error, and the connection lives on")
    func errors() throws {
        let refused = ControlError.refused("db3 is down; see 'electctl status'")
        let answer = Samples.answer()
        let daemon = try serve { _, call in
            call == Call(.getLeader) ? [.send(answer.reply())] : [.send(refused.reply())]
        }
        var electd = try Electd(socket: daemon.socket)
        let error = failure { () throws(ClientError) in _ = try electd.transfer(to: "db3") }
        #expect(error == .answered(refused))
        #expect(error?.description == "db3 is down; see 'electctl status'")
        let after = try electd.leader()
        #expect(after == answer)
    }

    @Test("after a silence the next question goes over another connection, and gets its own answer")
    func silence() throws {
        let late = Samples.answer()
        let status = Samples.status()
        // What was asked first is answered when the second is asked: too late.
        let daemon = try serve { connection, call in
            switch (connection, call.request) {
            case (0, .getLeader): []
            case (0, _): [.send(late.reply())]
            default: [.send(StatusReply(status: status).reply())]
            }
        }
        var electd = try Electd(socket: daemon.socket)
        electd.timeout = .milliseconds(5)
        let error = failure { () throws(ClientError) in _ = try electd.leader() }
        #expect(error == .silent(socket: daemon.socket))
        electd.timeout = .seconds(60)
        let answer = try electd.status()
        #expect(answer == status)
    }

    @Test(
        "electd is asked again over another connection when it has closed one, but never by itself"
    )
    func reconnects() throws {
        let full = ControlError.busy("256 programs are connected already; try again")
        let transferred = TransferReply(from: "db2", to: "db3", epoch: 419)
        let daemon = try serve { connection, _ in
            switch connection {
            case 0: [.close]
            case 1: [.send(full.reply()), .close]
            default: [.send(transferred.reply())]
            }
        }
        var electd = try Electd(socket: daemon.socket)
        for expected in [ClientError.disconnected(socket: daemon.socket), .answered(full)] {
            let error = failure { () throws(ClientError) in _ = try electd.transfer(to: "db3") }
            #expect(error == expected)
        }
        let reply = try electd.transfer(to: "db3")
        #expect(reply == transferred)
        #expect(daemon.calls.count == 3)
    }

    @Test("an electd that is not there, hangs up, hangs, or babbles has its own sentence")
    func faults() throws {
        let nobody = directory.path + "/nobody.sock"
        let missing = failure { () throws(ClientError) in _ = try Electd(socket: nobody) }
        #expect(
            missing?.description
                == "electd does not run here: there is no \(nobody); start it, or name its socket with --socket"
        )
        #expect(missing?.exitCode == .unreachable)

        let daemon = try serve { connection, _ in
            switch connection {
            case 0: [.close]
            case 1: []
            default: [.send(Array("what?\0".utf8))]
            }
        }
        let babble = ControlError.malformed(
            "electd sent what this program cannot read; are both of one version?"
        )
        for (expected, timeout) in [
            (ClientError.disconnected(socket: daemon.socket), Duration.seconds(60)),
            (.silent(socket: daemon.socket), .milliseconds(5)),
            (.answered(babble), .seconds(60)),
        ] {
            var electd = try Electd(socket: daemon.socket)
            electd.timeout = timeout
            let error = failure { () throws(ClientError) in _ = try electd.leader() }
            #expect(error == expected)
        }
    }
}

/// The error of a body that must fail.
func failure(_ body: () throws(ClientError) -> Void) -> ClientError? {
    do {
        try body()
        Issue.record("nothing failed")
        return nil
    } catch {
        return error
    }
}
