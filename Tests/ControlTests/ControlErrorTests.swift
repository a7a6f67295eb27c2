// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

@testable import Control

@Suite("Errors")
struct ControlErrorTests {
    private struct Reply: Decodable {
        var error: String
        var parameters: ControlError.Parameters
    }

    static let all: [ControlError] = [
        .noQuorum("1 of 3 voters is heard from, 2 are needed", needed: 2, reachable: 1),
        .unsure("just started"), .refused("db3 is down"), .notLeader("ask db2", leader: "db2"),
        .notLeader("ask somebody else", leader: nil), .notMember("no db9"),
        .timedOut("2s are over"),
        .permissionDenied("be root"), .busy("too many"), .malformed("\"what\"?"),
        .interfaceNotFound("io.x"), .methodNotFound("io.electd.X"),
        .methodNotImplemented("io.electd.Hold"), .invalidParameter("to"), .expectedMore,
        .other(name: "io.electd.New", message: "from a newer daemon"),
    ]

    @Test("every error is written and read back", arguments: all)
    func roundTrip(error: ControlError) throws {
        let bytes = error.reply()
        #expect(bytes.last == 0)
        let reply = try JSONDecoder().decode(Reply.self, from: Data(bytes.dropLast()))
        #expect(ControlError(name: reply.error, reply.parameters) == error)
        #expect(!error.description.isEmpty)
    }

    @Test("the errors of the program are those of the IDL")
    func idl() {
        let described = [Interface.electd, .service].flatMap { interface in
            interface.description.split(separator: "\n").filter { $0.hasPrefix("error ") }
                .map { "\(interface.rawValue).\($0.split(separator: " ")[1])" }
        }
        var known = Set(Self.all.map(\.name))
        known.remove("io.electd.New")
        known.insert("org.varlink.service.PermissionDenied")
        #expect(Set(described) == known)
    }

    @Test("the methods of the program are those of the IDL")
    func methods() {
        let described = [Interface.electd, .service].flatMap { interface in
            interface.description.split(separator: "\n").filter { $0.hasPrefix("method ") }
                .compactMap { $0.split(separator: " ")[1].split(separator: "(").first }
                .map { "\(interface.rawValue).\($0)" }
        }
        #expect(Set(described) == Set(Method.allCases.map(\.rawValue)))
    }

    @Test("an error that scripts must tell apart has its own exit status")
    func exitCodes() {
        #expect(ControlError.noQuorum("", needed: 2, reachable: 1).exitCode == .unknown)
        #expect(ControlError.unsure("").exitCode == .unknown)
        #expect(ControlError.refused("").exitCode == .refused)
        #expect(ControlError.timedOut("").exitCode.rawValue == 124)
    }
}
