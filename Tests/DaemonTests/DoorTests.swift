// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Testing

@testable import Daemon

/// Who is let in when many come, and who is told that there is no room.
@Suite("the door of the socket")
struct DoorTests {
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
}
