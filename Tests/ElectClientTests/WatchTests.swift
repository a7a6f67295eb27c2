// SPDX-License-Identifier: Apache-2.0

import ElectClient
import FakeElectd
import Linux
import Testing

@Suite("Watching")
struct WatchTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func snapshot(_ sequence: UInt64) -> (WatchReply, FakeDaemon.Step) {
        let status = Samples.status(sequence: sequence)
        let reply = Samples.event(sequence, kind: WatchReply.snapshot, status)
        return (reply, .send(reply.reply(continues: true)))
    }

    private func event(_ sequence: UInt64) -> (WatchReply, FakeDaemon.Step) {
        let reply = Samples.event(sequence, Samples.status(sequence: sequence))
        return (reply, .send(reply.reply(continues: true)))
    }

    private func notices(_ count: Int, _ daemon: FakeDaemon) throws -> [Notice] {
        var watch = try Watch(socket: daemon.socket)
        var notices: [Notice] = []
        while notices.count < count, let notice = try watch.next(timeout: .seconds(60)) {
            notices.append(notice)
        }
        return notices
    }

    @Test("first comes the snapshot, then event after event")
    func events() throws {
        let (first, second, third) = (snapshot(12), event(13), event(14))
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [first.1, second.1, third.1] }
        #expect(
            try notices(3, daemon) == [
                .snapshot(first.0.status), .event(second.0), .event(third.0),
            ]
        )
        #expect(daemon.calls == [Call(.watch, more: true)])
    }

    @Test("when electd restarts there is one gap, then a snapshot again")
    func restart() throws {
        let (before, after, next) = (snapshot(12), snapshot(3), event(4))
        let daemon = try FakeDaemon(in: directory.path) { connection, _ in
            switch connection {
            case 0: [before.1, .close]
            case 1: [.close]
            default: [after.1, next.1]
            }
        }
        let gap = Notice.gap(reason: "the connection to electd was lost")
        #expect(
            try notices(5, daemon)
                == [
                    .snapshot(before.0.status), gap, gap, .snapshot(after.0.status), .event(next.0),
                ]
        )
    }

    @Test("a number that is left out is a gap, and the event behind it is not lost")
    func skipped() throws {
        let (first, second, third) = (snapshot(12), event(15), event(16))
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [first.1, second.1, third.1] }
        #expect(
            try notices(4, daemon) == [
                .snapshot(first.0.status),
                .gap(reason: "electd went from event 12 to event 15"),
                .event(second.0),
                .event(third.0),
            ]
        )
    }

    @Test("nothing within the deadline is nil, and the watch goes on")
    func deadline() throws {
        let first = snapshot(12)
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [first.1] }
        var watch = try Watch(socket: daemon.socket)
        let (one, two) = (
            try watch.next(timeout: .seconds(60)), try watch.next(timeout: .milliseconds(1))
        )
        #expect(one == .snapshot(first.0.status))
        #expect(two == nil)
    }

    @Test("an electd that hangs is an error: not even the present state comes")
    func silent() throws {
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [] }
        let error = failure { () throws(ClientError) in
            var watch = try Watch(socket: daemon.socket, timeout: .milliseconds(50))
            _ = try watch.next()
        }
        #expect(error == .silent(socket: daemon.socket))
    }

    @Test("an electd that hangs up at once, again and again, is asked ever more seldom")
    func hangsUp() throws {
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [.close] }
        var watch = try Watch(socket: daemon.socket)
        let begun = BootClock.now()
        for _ in 0..<8 {
            let notice = try watch.next()
            #expect(notice == .gap(reason: "the connection to electd was lost"))
        }
        // Pauses of 2, 4, 8, 16, 32 and 64 ms, which no machine makes shorter.
        #expect(BootClock.now() - begun >= 126_000_000)
    }

    @Test("an electd that does not run is an error, not a long wait")
    func unreachable() {
        let socket = directory.path + "/nobody.sock"
        let error = failure { () throws(ClientError) in _ = try Watch(socket: socket) }
        #expect(error?.exitCode == .unreachable)
    }
}
