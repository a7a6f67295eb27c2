// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Testing

@testable import Daemon

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

    @Test("a crowd at the door is let in a few at a time, between which the loop goes on")
    func crowd() throws {
        let server = try SocketUnderTest()
        let most = ControlServer.acceptsPerTurn
        let callers = try (0..<most + 20).map { _ in try server.connect() }
        try server.turn()
        #expect(server.control?.count == most)
        try server.turn()
        #expect(server.control?.count == callers.count)
    }

    @Test("only so many programs at once; one more is told so, unless it is an operator's")
    func full() throws {
        let server = try SocketUnderTest(mayChange: false)
        var callers: [Caller] = []
        for index in 0..<ControlServer.connectionsMax {
            server.user = UInt32(index)
            callers.append(try server.connect())
            try server.settle()
        }
        let late = try server.connect()
        try server.settle()
        #expect(try late.replies().first?.contains("io.electd.Busy") == true)
        #expect(late.isClosed)
        server.mayChange = true
        for _ in 0..<ControlServer.reserve {
            let operators = try server.connect()
            try operators.send(Call(.getLeader))
            #expect(try operators.replies().first?.contains("role") == true)
            callers.insert(operators, at: 0)
        }
        let latest = try server.connect()
        try server.settle()
        #expect(try latest.replies().first?.contains("io.electd.Busy") == true)
        callers.removeLast(ControlServer.reserve + 1)
        server.mayChange = false
        try server.settle()
        let next = try server.connect()
        try next.send(Call(.getLeader))
        #expect(try next.replies().count == 1)
    }

    @Test("one user's programs do not take the places of all, unless it may change something")
    func crowdOfOne() throws {
        let server = try SocketUnderTest(mayChange: false)
        var callers: [Caller] = []
        for _ in 0..<ControlServer.connectionsOfUser {
            callers.append(try server.connect())
            try server.settle()
        }
        let late = try server.connect()
        try server.settle()
        let said = try late.replies().first ?? ""
        #expect(said.contains("io.electd.Busy") && said.contains("this user has 64"), "\(said)")
        #expect(late.isClosed)
        server.user += 1
        let other = try server.connect()
        try other.send(Call(.getLeader))
        #expect(try other.replies().first?.contains("role") == true)
        server.user -= 1
        server.mayChange = true
        let operators = try server.connect()
        try operators.send(Call(.getLeader))
        #expect(try operators.replies().first?.contains("role") == true)
    }

    @Test("a transfer is passed on, and answered when something came of it")
    func transfer() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        try caller.send(Call(.transfer(Transfer(to: "db3"))))
        #expect(server.commands == [.transfer(to: "db3")])
        #expect(try caller.replies().isEmpty)
        server.answer = FakeElectd.Samples.answer(leader: "db3", epoch: 419)
        server.control?.answered(RequestID(99), .noLeader)
        #expect(try caller.replies().isEmpty)
        server.control?.answered(server.lastID, .done(slot: 8))
        let reply = try caller.replies().first ?? ""
        #expect(reply.contains(#""from":"db2""#), "\(reply)")
        #expect(reply.contains(#""epoch":419"#), "\(reply)")
    }

    @Test("a transfer that is refused says why")
    func refused() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        try caller.send(Call(.transfer(Transfer(to: "db9"))))
        server.control?.answered(server.lastID, .refused("db9 is no member; see electctl status"))
        let reply = try caller.replies().first ?? ""
        #expect(reply.contains("io.electd.Refused"))
        #expect(reply.contains("db9 is no member"))
    }

    @Test("where voters are heard and no leader is, it is to be tried again")
    func noLeader() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        try caller.send(Call(.transfer(Transfer(to: "db3"))))
        server.control?.answered(server.lastID, .noLeader)
        let again = ControlError.unsure("nobody is known to lead now; try again").reply()
        #expect(try caller.replies().map { $0 + "\0" } == [String(decoding: again, as: UTF8.self)])
    }

    @Test(
        "where a pause is why nobody leads, the refusal says so, and not that the others are down"
    )
    func pausedWithoutLeader() throws {
        let server = try SocketUnderTest()
        let text =
            "paused for another 56 s: only db1, which led last, may lead; next: start it, or wait"
        server.reason = ("paused", text)
        let caller = try server.connect()
        try caller.send(Call(.transfer(Transfer(to: "db3"))))
        server.control?.answered(server.lastID, .noLeader)
        let paused = ControlError.unsure(text).reply()
        #expect(try caller.replies().map { $0 + "\0" } == [String(decoding: paused, as: UTF8.self)])
    }

    @Test("a change is passed on as a command, and answered with the decree that made it")
    func change() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        let changes: [(Change, Command)] = [
            (.addMember(name: "db4", role: .witness), .admit(name: "db4", role: .witness)),
            (.removeMember(name: "db3"), .remove(name: "db3")),
            (.replaceMember(name: "db3", by: "db4"), .replace(name: "db3", by: "db4")),
            (.drain(name: nil), .drain(name: "db1")), (.drain(name: "db2"), .drain(name: "db2")),
            (.undrain(name: nil), .undrain(name: "db1")),
            (.pause(milliseconds: 5), .pause(milliseconds: 5)), (.resume, .resume),
        ]
        for (change, command) in changes {
            try caller.send(Call(.change(ChangeRequest(change))))
            #expect(server.commands.last == command)
            #expect(!server.lastForce)
            #expect(try caller.replies().isEmpty)
            server.control?.answered(server.lastID, .done(slot: 421))
            #expect(try caller.replies() == [#"{"parameters":{"decree":421,"epoch":418}}"#])
        }
        try caller.send(Call(.change(ChangeRequest(.removeMember(name: "db3"), force: true))))
        #expect(server.lastForce)
    }

    @Test("what electd.conf would not take is refused here, with a sentence, and is not passed on")
    func objections() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        func set(_ change: (inout MemberSettings) -> Void) -> Change {
            var settings = MemberSettings()
            change(&settings)
            return .setMember(name: "db2", settings)
        }
        let long = String(repeating: "a", count: 300)
        let changes: [(Change, String)] = [
            (.addMember(name: "", role: .voter), "'' is no name of a host"),
            (.removeMember(name: long), "is no name of a host"),
            (.replaceMember(name: "db3", by: "db_4"), "'db_4' is no name of a host"),
            (.drain(name: "-x"), "'-x' is no name of a host"),
            (set { $0.labels = Labels([.init(key: long, value: "x")]) }, "is no key of a label"),
            (set { $0.labels = Labels([.init(key: "a b", value: "x")]) }, "'a b' is no key"),
            (
                set { $0.labels = Labels([.init(key: "a", value: long)]) },
                "'a' has a value that is longer than 256 bytes with it, or has control characters"
            ),
            (set { $0.labels = Labels([.init(key: "a", value: "\n")]) }, "control characters"),
            (set { $0.addresses = ["0.0.0.0:7377"] }, "nobody can send to 0.0.0.0:7377"),
            (set { $0.addresses = ["db2:x"] }, "'db2:x' has no valid port"),
        ]
        for (change, sentence) in changes {
            try caller.send(Call(.change(ChangeRequest(change))))
            let replies = try caller.replies()
            #expect(replies.count == 1, "\(change)")
            #expect(replies.first?.contains("io.electd.Refused") == true, "\(replies)")
            #expect(replies.first?.contains(sentence) == true, "\(replies)")
        }
        try caller.send(Call(.transfer(Transfer(to: long))))
        #expect(try caller.replies().first?.contains("is no name of a host") == true)
        #expect(server.commands.isEmpty)
    }

    @Test("what is set of a member and of the cluster arrives, and nothing else does")
    func settings() throws {
        let server = try SocketUnderTest()
        let caller = try server.connect()
        try caller.send(
            #"{"method":"io.electd.SetMember","parameters":{"name":"db2","priority":0,"#
                + #""labels":{"url":"x"}}}"# + "\0"
        )
        let member = MemberChange(priority: 0, labels: [Label(key: "url", value: "x")])
        #expect(server.commands.last == .set(name: "db2", member))
        server.control?.answered(server.lastID, .done(slot: 421))
        try caller.send(
            #"{"method":"io.electd.Set","parameters":{"lease_ms":300,"admission":"approve","#
                + #""auto_promote":false}}"# + "\0"
        )
        var settings = SettingsChange()
        settings.leaseMilliseconds = 300
        settings.admission = .approve
        settings.autoPromote = false
        #expect(server.commands.last == .settings(settings))
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

    @Test("who may only look may see history, members and timing, and may change nothing")
    func looking() throws {
        let server = try SocketUnderTest(mayChange: false)
        let caller = try server.connect()
        try caller.send(Call(.getHistory(limit: 1)))
        try caller.send(Call(.listMembers))
        try caller.send(Call(.getTiming))
        let replies = try caller.replies()
        #expect(replies.count == 3)
        #expect(!replies[0].contains(#""decree":1,"#) && replies[0].contains(#""decree":421,"#))
        #expect(replies[1].contains(#""announced":[{"name":"db4","role":"observer"}]"#))
        #expect(replies[2].contains(#""lease_ms":500"#))
        try caller.send(Call(.change(ChangeRequest(.resume))))
        #expect(server.commands.isEmpty)
        let sentence =
            "only root and members of the group electd-admin may change anything: use sudo, or have "
            + "yourself added to that group"
        let refused = String(
            decoding: ControlError.permissionDenied(sentence).reply(),
            as: UTF8.self
        )
        #expect(try caller.replies().map { $0 + "\0" } == [refused])
    }

    @Test("who may only look may not transfer")
    func permission() throws {
        let server = try SocketUnderTest(mayChange: false)
        let caller = try server.connect()
        try caller.send(Call(.transfer(Transfer(to: "db3"))))
        #expect(server.commands.isEmpty)
        #expect(try caller.replies().first?.contains("io.electd.PermissionDenied") == true)
        try caller.send(Call(.getLeader))
        #expect(try caller.replies().count == 1)
    }
}
