// SPDX-License-Identifier: Apache-2.0

import ElectClient
import FakeElectd
import Synchronization
import Testing

@Suite("Holding")
struct HoldTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func word(_ state: HoldReply.State, epoch: UInt64 = 3) -> HoldReply {
        HoldReply(state, epoch: epoch, bootID: "boot", validUntil: 5)
    }

    private func step(_ reply: HoldReply) -> FakeDaemon.Step {
        .send(reply.reply(continues: reply.state != .lost))
    }

    private func notices(_ count: Int, _ hold: inout Hold) throws -> [HoldNotice] {
        var notices: [HoldNotice] = []
        while notices.count < count, let notice = try hold.next(timeout: .seconds(60)) {
            notices.append(notice)
        }
        return notices
    }

    @Test("a program is told when it holds, when to let go, and when it was called off")
    func words() throws {
        let (held, letGo) = (word(.held), word(.letGo))
        let daemon = try FakeDaemon(in: directory.path) { _, _ in
            [step(held), step(letGo), step(held)]
        }
        var hold = try Hold(socket: daemon.socket)
        #expect(try notices(3, &hold) == [.held(held), .letGo(letGo), .held(held)])
        #expect(try hold.next(timeout: .milliseconds(1)) == nil)
        #expect(daemon.calls == [Call(.hold, more: true)])
    }

    @Test("it lets go by closing the connection, and holds the next leadership over another")
    func lettingGo() throws {
        let (letGo, next) = (word(.letGo), word(.held, epoch: 5))
        // It serves one connection after another: so the second is served when the first has ended.
        let daemon = try FakeDaemon(in: directory.path) { connection, _ in
            connection == 0 ? [step(letGo)] : [step(next)]
        }
        var hold = try Hold(socket: daemon.socket)
        #expect(try notices(1, &hold) == [.letGo(letGo)])
        hold.letGo()
        #expect(try notices(1, &hold) == [.held(next)])
    }

    @Test("after a lost lease it calls again, on the same connection")
    func lost() throws {
        let (lost, next) = (word(.lost), word(.held, epoch: 5))
        let calls = Mutex(0)
        let daemon = try FakeDaemon(in: directory.path) { connection, _ in
            let count = calls.withLock { count in
                count += 1
                return count
            }
            guard connection == 0 else { return [.close] }
            return count == 1 ? [step(lost)] : [step(next)]
        }
        var hold = try Hold(socket: daemon.socket)
        #expect(try notices(2, &hold) == [.lost(lost), .held(next)])
    }

    @Test("when electd restarts there is one gap, then the claim is made anew")
    func restart() throws {
        let (before, after) = (word(.held), word(.held))
        let daemon = try FakeDaemon(in: directory.path) { connection, _ in
            connection == 0 ? [step(before), .close] : [step(after)]
        }
        var hold = try Hold(socket: daemon.socket)
        #expect(try notices(3, &hold) == [.held(before), .gap, .held(after)])
    }

    @Test("an electd that knows no such method says so")
    func older() throws {
        let daemon = try FakeDaemon(in: directory.path) { _, _ in
            [.send(ControlError.methodNotFound("io.electd.Hold").reply())]
        }
        var hold = try Hold(socket: daemon.socket)
        #expect(throws: ClientError.answered(.methodNotFound("io.electd.Hold"))) {
            try hold.next(timeout: .seconds(60))
        }
    }
}
