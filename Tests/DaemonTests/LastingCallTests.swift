// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Testing

@testable import Daemon

/// Calls whose answer comes when something has happened, or again and again.
@Suite("calls that last")
struct LastingCallTests {
    @Test("a wait ends when the leader that is wanted is there, not before")
    func waiting() throws {
        let server = try SocketUnderTest()
        server.answer = FakeElectd.Samples.answer(.follower, epoch: 5)
        let caller = try server.connect()
        try caller.send(Call(.waitLeader(WaitLeader(.thisHost))))
        server.control?.answerChanged()
        #expect(try caller.replies().isEmpty)
        server.answer = FakeElectd.Samples.answer(.leader, leader: "db1", epoch: 6)
        server.control?.answerChanged()
        let replies = try caller.replies()
        #expect(replies.count == 1)
        #expect(replies.first?.contains(#""epoch":6"#) == true)
        #expect(server.control?.deadline == nil)
    }

    @Test("a wait that takes too long ends with TimedOut, at its deadline and not before")
    func timeout() throws {
        let server = try SocketUnderTest()
        server.answer = FakeElectd.Samples.answer(.unsure)
        let caller = try server.connect()
        try caller.send(Call(.waitLeader(WaitLeader(timeoutMilliseconds: 60_000))))
        let deadline = try #require(server.control?.deadline)
        server.control?.expire(at: deadline + Span(nanoseconds: -1))
        #expect(try caller.replies().isEmpty)
        server.control?.expire(at: deadline)
        #expect(try caller.replies().first?.contains("io.electd.TimedOut") == true)
        // The connection is as good as before.
        try caller.send(Call(.getLeader))
        #expect(try caller.replies().count == 1)
    }

    @Test("calls behind one that waits are served after it")
    func behind() throws {
        let server = try SocketUnderTest()
        server.answer = FakeElectd.Samples.answer(.unsure)
        let caller = try server.connect()
        try caller.send(Call(.waitLeader(WaitLeader())).bytes() + Call(.getInfo).bytes())
        #expect(try caller.replies().isEmpty)
        server.answer = FakeElectd.Samples.answer()
        server.control?.answerChanged()
        try server.settle()
        let replies = try caller.replies()
        #expect(replies.count == 2)
        #expect(replies.last?.contains("electd") == true)
    }

    @Test("a caller that sends no more is still answered, and then let go")
    func halfClosed() throws {
        let server = try SocketUnderTest()
        server.answer = FakeElectd.Samples.answer(.unsure)
        let caller = try server.connect()
        try caller.send(Call(.waitLeader(WaitLeader())))
        try caller.finishSending()
        #expect(try caller.replies().isEmpty)
        #expect(!caller.isClosed)
        server.answer = FakeElectd.Samples.answer()
        server.control?.answerChanged()
        #expect(try caller.replies().count == 1)
        try server.settle()
        _ = try caller.replies()
        #expect(caller.isClosed)
        #expect(server.control?.count == 0)
    }

    @Test("a watcher gets the snapshot, then every event")
    func watching() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        #expect(server.control?.hasWatchers == false)
        try caller.send(Call(.watch, more: true))
        #expect(server.control?.hasWatchers == true)
        server.control?.tell(Array("{\"a\":1}\0".utf8))
        server.control?.tell(Array("{\"b\":2}\0".utf8))
        let replies = try caller.replies()
        #expect(replies.count == 3)
        #expect(replies[0].contains(#""kind":"snapshot""#))
        #expect(replies[0].contains(#""continues":true"#))
        #expect(replies[1...] == [#"{"a":1}"#, #"{"b":2}"#])
    }

    @Test("a watcher that never reads is dropped when too much waits for it; others are not")
    func slowWatcher() throws {
        let server = try SocketUnderTest()
        let slow = try server.connect()
        let quick = try server.connect()
        try slow.send(Call(.watch, more: true))
        try quick.send(Call(.watch, more: true))
        let event = [UInt8](repeating: UInt8(ascii: "x"), count: 60_000) + [0]
        var told = 0
        while server.control?.count == 2, told < 100 {
            server.control?.tell(event)
            told += 1
            #expect(try quick.replies().count >= 1)
        }
        #expect(server.control?.count == 1)
        #expect(told < 40, "\(told) events of 60 kB were kept for somebody who does not read")
        server.control?.tell(event)
        #expect(try quick.replies().count == 1)
    }

    @Test("a measurement is answered when it is over")
    func measuring() throws {
        let server = try SocketUnderTest(mayChange: false)
        let caller = try server.connect()
        try caller.send(Call(.measure))
        #expect(try caller.replies().isEmpty)
        let until = try #require(server.control?.deadline)
        server.control?.expire(at: until)
        let reply = #"{"parameters":{"hosts":[{"name":"db1","answered":true,"#
        #expect(try caller.replies().map { $0.hasPrefix(reply) } == [true])
    }
}
