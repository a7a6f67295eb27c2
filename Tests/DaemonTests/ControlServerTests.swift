// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Testing

@testable import Daemon

/// Calls as they come: whole, in pieces, by the hundred, and those that are none.
@Suite("the socket")
struct ControlServerTests {
    @Test("calls are answered in their order")
    func order() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        try caller.send(
            Call(.getLeader).bytes() + Call(.getStatus).bytes() + Call(.getInfo).bytes()
        )
        let replies = try caller.replies()
        #expect(replies.count == 3)
        #expect(replies[0].contains(#""role":"follower""#))
        #expect(replies[1].contains(#""cluster":"prod-db""#))
        #expect(replies[2].contains(#""interfaces":["io.electd","org.varlink.service"]"#))
    }

    @Test("more calls than one turn serves are all answered")
    func many() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        let calls = (0..<100).flatMap { _ in Call(.getLeader).bytes() }
        try caller.send(calls)
        #expect(try caller.replies().count == 100)
    }

    @Test("a turn in which calls take long serves few of them, and everybody in turn")
    func longCalls() throws {
        let server = try SocketUnderTest()
        let calls = Call(.getStatus).bytes() + Call(.getStatus).bytes()
        server.statusTakes = ControlServer.turn
        let callers = try (0..<3).map { _ in try server.connect() }
        try server.turn()
        for caller in callers { try caller.send(calls, settling: false) }
        // One call fills a turn, whoever has it.
        var counts = [0, 0, 0]
        while counts.reduce(0, +) < 4 {
            try server.turn()
            let more = try callers.map { try $0.replies(settling: false).count }
            #expect(more.reduce(0, +) <= 1)
            counts = zip(counts, more).map { $0 + $1 }
        }
        #expect(counts == [2, 1, 1])
    }

    @Test("a call that comes in pieces is a call")
    func pieces() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        for byte in Call(.getLeader).bytes() { try caller.send([byte]) }
        #expect(try caller.replies().count == 1)
    }

    @Test("a oneway call gets no answer")
    func oneway() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        try caller.send(Call(.getStatus, oneway: true))
        try caller.send(Call(.getLeader))
        let replies = try caller.replies()
        #expect(replies.count == 1)
        #expect(replies.first?.contains(#""role":"follower""#) == true)
    }

    @Test(
        "what is no call gets a typed error, and the connection is closed",
        arguments: [
            "GET / HTTP/1.1\r\n\r\n\0", "\0", "{}\0", "[]\0", #"{"method":7}"# + "\0",
            "\u{1}\u{2}\0", "GET / HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}", "[",
            String(repeating: "[", count: 60_000) + "\0",
        ]
    )
    func garbage(text: String) throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        try caller.send(text)
        let replies = try caller.replies()
        #expect(replies.count == 1)
        #expect(replies.first?.contains("io.electd.Malformed") == true)
        #expect(caller.isClosed)
        #expect(server.control?.count == 0)
    }

    @Test("half a call is told so when no more is sent, and not before")
    func halfCall() throws {
        let server = try SocketUnderTest()
        for text in [#" {"method":"io.electd.GetLeader"}"#, "\n"] {
            let caller = try server.connect()
            try caller.send(text)
            #expect(try caller.replies().isEmpty)
            #expect(!caller.isClosed)
            try caller.finishSending()
            let replies = try caller.replies()
            #expect(replies.count == 1)
            #expect(replies.first?.contains("and a NUL byte") == true)
            #expect(caller.isClosed)
            #expect(server.control?.count == 0)
        }
    }

    @Test("random bytes never get more than an error")
    func noise() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let server = try SocketUnderTest()
            let caller = try server.connect()
            let length = Int(random.below(300))
            try caller.send((0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            try caller.send([0])
            for reply in try caller.replies() {
                #expect(reply.contains(#""error":"#), "seed \(seed)")
            }
        }
    }

    @Test("a message that never ends is cut off, and costs no more than its limit")
    func endless() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        try caller.send("{")
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000)
        var replies: [String] = []
        for _ in 0..<100 where replies.isEmpty {
            try caller.send(chunk)
            replies = try caller.replies()
        }
        #expect(replies.first?.contains("io.electd.Malformed") == true)
        #expect(server.control?.count == 0)
    }

    @Test("unknown methods and interfaces are refused by name, and the next call is served")
    func unknown() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        try caller.send(#"{"method":"io.electd.Resign"}"# + "\0")
        try caller.send(#"{"method":"org.example.Ping"}"# + "\0")
        try caller.send(#"{"method":"io.electd.Watch"}"# + "\0")
        try caller.send(Call(.getLeader))
        let replies = try caller.replies()
        #expect(replies.count == 4)
        #expect(replies[0].contains("MethodNotFound"))
        #expect(replies[1].contains("InterfaceNotFound"))
        #expect(replies[2].contains("ExpectedMore"))
        #expect(replies[3].contains(#""role""#))
    }

    @Test("who asks and does not read is not served on, and dropped after a while")
    func neverReads() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        let calls = (0..<2_000).flatMap { _ in Call(.getStatus).bytes() }
        var sent = 0
        while case let taken = try caller.send(calls), taken > 0 { sent += taken }
        #expect(sent < 8 << 20, "\(sent) bytes of calls were taken")
        let deadline = try #require(server.control?.deadline)
        server.control?.expire(at: deadline + Span(nanoseconds: -1))
        #expect(server.control?.count == 1)
        server.control?.expire(at: deadline)
        #expect(server.control?.count == 0)
    }

    @Test("oneway calls are served though their caller is gone; others are not answered to nobody")
    func goneCaller() throws {
        let server = try SocketUnderTest()
        let calls = (1...40).map { Call(.transfer(Transfer(to: "db\($0)")), oneway: true) }
        let caller = try server.connect()
        try server.settle()
        try caller.sendAndGo(calls.flatMap { $0.bytes() })
        #expect(server.commands.first == .transfer(to: "db1"))
        #expect(server.control?.count == 0)
        let other = try server.connect()
        try server.settle()
        try other.sendAndGo(Call(.getStatus).bytes())
        #expect(server.control?.count == 0)
    }
}
