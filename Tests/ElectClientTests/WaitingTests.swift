// SPDX-License-Identifier: Apache-2.0

import ElectClient
import FakeElectd
import Linux
import Testing

@Suite("Waiting through everything that can come between")
struct WaitingTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func wait(
        _ daemon: FakeDaemon,
        _ wanted: WaitLeader = WaitLeader(),
        timeout: Duration? = .seconds(60)
    ) throws(ClientError) -> LeaderReply {
        try Electd.waitLeader(wanted, socket: daemon.socket, timeout: timeout)
    }

    @Test("the wish is passed on, and the answer handed back")
    func simple() throws {
        let answer = Samples.answer()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [.send(answer.reply())] }
        let wanted = WaitLeader(.host("db2"), afterEpoch: 417, minimumValidityMilliseconds: 100)
        #expect(try wait(daemon, wanted) == answer)
        guard case .waitLeader(let sent) = daemon.calls.first?.request else {
            Issue.record("\(daemon.calls)")
            return
        }
        #expect(sent.wanted == wanted.wanted && sent.afterEpoch == 417)
        #expect(sent.minimumValidityMilliseconds == 100)
        #expect((1...60_000).contains(sent.timeoutMilliseconds))
    }

    @Test("for ever is for ever")
    func forEver() throws {
        let answer = Samples.answer()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [.send(answer.reply())] }
        #expect(try wait(daemon, timeout: nil) == answer)
        #expect(daemon.calls == [Call(.waitLeader(WaitLeader()))])
    }

    @Test("an electd that restarts meanwhile is asked again")
    func restart() throws {
        let answer = Samples.answer()
        let daemon = try FakeDaemon(in: directory.path) { connection, _ in
            connection < 2 ? [.close] : [.send(answer.reply())]
        }
        #expect(try wait(daemon) == answer)
        #expect(daemon.calls.count == 3)
    }

    @Test("an electd that has no room for one more program is asked again, until the time is over")
    func busy() throws {
        let answer = Samples.answer()
        let full = ControlError.busy("256 programs are connected already; try again")
        let daemon = try FakeDaemon(in: directory.path) { connection, _ in
            [.send(connection < 2 ? full.reply() : answer.reply()), .close]
        }
        #expect(try wait(daemon) == answer)
        #expect(daemon.calls.count == 3)

        let other = try TemporaryDirectory()
        let never = try FakeDaemon(in: other.path) { _, _ in [.send(full.reply()), .close] }
        let error = failure { () throws(ClientError) in
            _ = try wait(never, timeout: .milliseconds(150))
        }
        #expect(
            error == .answered(.timedOut("there was no such leader in time: \(full.description)"))
        )
    }

    @Test("what electd said before it closed the connection is heard, though nobody hears us")
    func lastWords() throws {
        let socket = "\(directory.path)/electd.sock"
        let listener = try UnixListener(path: socket)
        let full = ControlError.busy("256 programs are connected already; try again")
        for said in [full, nil] {
            var electd = try Electd(socket: socket)
            do {
                guard let stream = try listener.accept() else {
                    Issue.record("nobody has connected")
                    return
                }
                if let said { _ = stream.send(said.reply(), until: nil) }
            }
            let error = failure { () throws(ClientError) in _ = try electd.leader() }
            #expect(error == said.map { .answered($0) } ?? .disconnected(socket: socket))
        }
    }

    @Test("a lease that ended on the way is no answer")
    func ended() throws {
        let stale = Samples.answer(.leader, leader: "db1", left: 0)
        let answer = Samples.answer(.leader, leader: "db1")
        let daemon = try FakeDaemon(in: directory.path) { connection, _ in
            [.send(connection == 0 ? stale.reply() : answer.reply())]
        }
        #expect(try wait(daemon, WaitLeader(.thisHost)) == answer)
        #expect(daemon.calls.count == 2)
    }

    @Test("an error is an error at once")
    func error() throws {
        let daemon = try FakeDaemon(in: directory.path) { _, _ in
            [.send(ControlError.notMember("there is no db9").reply())]
        }
        let error = failure { () throws(ClientError) in
            _ = try wait(daemon, WaitLeader(.host("db9")))
        }
        #expect(error == .answered(.notMember("there is no db9")))
    }

    @Test("an electd that never starts is a timeout that says so")
    func neverStarts() {
        let socket = directory.path + "/nobody.sock"
        let error = failure { () throws(ClientError) in
            _ = try Electd.waitLeader(WaitLeader(), socket: socket, timeout: .milliseconds(10))
        }
        #expect(error?.exitCode == .timedOut)
        #expect(
            error?.description == """
                there was no such leader in time: electd does not run here: there is no \(socket); \
                start it, or name its socket with --socket
                """
        )
    }

    @Test("a timeout of electd is a timeout, and so is an electd that hangs")
    func timeout() throws {
        let daemon = try FakeDaemon(in: directory.path) { connection, _ in
            connection == 0 ? [.send(ControlError.timedOut("no leader within 1min").reply())] : []
        }
        let said = failure { () throws(ClientError) in _ = try wait(daemon) }
        #expect(said == .answered(.timedOut("no leader within 1min")))
        let silent = failure { () throws(ClientError) in
            _ = try wait(daemon, timeout: .milliseconds(5))
        }
        #expect(silent?.exitCode == .timedOut)
        #expect(
            silent?.description == """
                there was no such leader in time: electd at \(daemon.socket) does not answer; see \
                'systemctl status electd'
                """
        )
    }
}
