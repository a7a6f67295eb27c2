// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Testing

@testable import Daemon

@Suite("programs that hold the leadership of their host")
struct HoldTests {
    private let server: SocketUnderTest
    private let holder: Caller

    /// Its host leads, and it holds that.
    init() throws {
        server = try SocketUnderTest()
        server.answer = FakeElectd.Samples.answer(.leader, leader: "db1", epoch: 6)
        holder = try server.connect()
        try holder.send(Call(.hold, more: true))
    }

    private func change(_ change: (SocketUnderTest) -> Void) {
        change(server)
        server.control?.attendToHolders(at: .now())
    }

    /// The states that the holder was told of, and whether its call goes on.
    private func words() throws -> [String] {
        try holder.replies().map { text in
            let reply = try Reply<HoldReply>(Array(text.utf8))
            return reply.content.state.rawValue + (reply.continues ? "…" : "")
        }
    }

    @Test("who asks on the leader holds it at once, and is told under which epoch")
    func atOnce() throws {
        let replies = try holder.replies()
        #expect(replies.count == 1)
        let reply = try Reply<HoldReply>(Array(replies[0].utf8))
        #expect(reply.continues)
        #expect(reply.content.state == .held)
        #expect(reply.content.epoch == 6)
        #expect(reply.content.validUntil == server.answer.validUntil)
        #expect(reply.content.letGoBy == nil)
        #expect(server.heldWords == [true])
    }

    @Test("who asks elsewhere holds it when its host begins to lead")
    func later() throws {
        let server = try SocketUnderTest()
        let holder = try server.connect()
        try holder.send(Call(.hold, more: true))
        #expect(try holder.replies().isEmpty)
        #expect(server.heldWords.isEmpty)
        server.answer = FakeElectd.Samples.answer(.leader, leader: "db1", epoch: 6)
        server.control?.answerChanged()
        #expect(try holder.replies().count == 1)
        #expect(server.heldWords == [true])
    }

    @Test("before a hand-over it is asked to let go, by when, and its end is heard at once")
    func letsGo() throws {
        #expect(try words() == ["held…"])
        change { $0.handsOver = true }
        let replies = try holder.replies()
        #expect(replies.count == 1)
        let reply = try Reply<HoldReply>(Array(replies[0].utf8)).content
        #expect(reply.state == .letGo)
        let limit = try #require(reply.letGoBy)
        let now = UInt64(clamping: Instant.now().nanoseconds)
        #expect(limit > now && limit <= now + 5_000_000_000)
        #expect(server.heldWords == [true])
        holder.close()
        try server.settle()
        #expect(server.heldWords == [true, false])
        #expect(server.remarks.isEmpty)
    }

    @Test("a hand-over waits for the last of them")
    func last() throws {
        let other = try server.connect()
        try other.send(Call(.hold, more: true))
        change { $0.handsOver = true }
        holder.close()
        try server.settle()
        #expect(server.heldWords == [true])
        other.close()
        try server.settle()
        #expect(server.heldWords == [true, false])
    }

    @Test("who asks while leadership is handed over waits for the next one")
    func tooLate() throws {
        change { $0.handsOver = true }
        let late = try server.connect()
        try late.send(Call(.hold, more: true))
        #expect(try late.replies().isEmpty)
        holder.close()
        try server.settle()
        #expect(server.heldWords == [true, false])
        #expect(try late.replies().isEmpty)
        change { $0.handsOver = false }
        #expect(try late.replies().count == 1)
        #expect(server.heldWords == [true, false, true])
    }

    @Test("who does not let go in time is waited for no longer, and the operator hears of it")
    func overdue() throws {
        change {
            $0.holdLimit = .zero
            $0.handsOver = true
        }
        server.control?.attendToHolders(at: .now())
        #expect(server.heldWords == [true, false])
        #expect(server.remarks.count == 1)
        #expect(server.remarks[0].contains("was asked to let go of leadership and has not"))
        #expect(try words() == ["held…", "let_go…"])
        change { $0.answer = FakeElectd.Samples.answer(.follower, epoch: 7) }
        #expect(try words() == ["lost"])
    }

    @Test("a hand-over that is called off leaves it where it was")
    func calledOff() throws {
        change { $0.handsOver = true }
        change { $0.handsOver = false }
        #expect(try words() == ["held…", "let_go…", "held…"])
        #expect(server.heldWords == [true])
    }

    @Test("when the lease ends, so does the hold; another can be asked for on the same connection")
    func lost() throws {
        change { $0.answer = FakeElectd.Samples.answer(.unsure) }
        #expect(try words() == ["held…", "lost"])
        #expect(server.heldWords == [true, false])
        try holder.send(Call(.hold, more: true))
        #expect(try words().isEmpty)
        change { $0.answer = FakeElectd.Samples.answer(.leader, leader: "db1", epoch: 8) }
        #expect(try words() == ["held…"])
    }

    @Test("another epoch of the same host is another hold")
    func nextEpoch() throws {
        change { $0.answer = FakeElectd.Samples.answer(.leader, leader: "db1", epoch: 8) }
        #expect(try words() == ["held…", "lost"])
    }

    @Test("it takes no right to change anything, and without more it is refused")
    func rights() throws {
        let server = try SocketUnderTest(mayChange: false)
        server.answer = FakeElectd.Samples.answer(.leader, leader: "db1", epoch: 6)
        let caller = try server.connect()
        try caller.send(Call(.hold))
        #expect(try caller.replies().first?.contains("ExpectedMore") == true)
        try caller.send(Call(.hold, more: true))
        #expect(try caller.replies().first?.contains(#""state":"held""#) == true)
    }
}
