// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Testing

@testable import Daemon

/// What a program asks to have changed: who may, what becomes of it, and what it is told.
@Suite("changes over the socket")
struct ChangeTests {
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
