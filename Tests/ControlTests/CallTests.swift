// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Control

/// From bytes to a call, and what is answered to bytes that are none.
@Suite("Calls")
struct CallTests {
    private static var member: MemberSettings {
        var settings = MemberSettings()
        settings.role = .witness
        settings.priority = 0
        settings.addresses = ["10.0.0.3:7377", "[fd00::3]:7377"]
        settings.labels = Labels([Labels.Pair(key: "url", value: "a=\"b\"")])
        return settings
    }

    private static var settings: ClusterSettings {
        var settings = ClusterSettings()
        settings.lease = 300
        settings.heartbeat = 60
        settings.drift = 500
        settings.autoPromote = false
        settings.autoReplace = true
        settings.maxVoters = 5
        settings.downAfter = 0
        settings.admission = .approve
        settings.preemptAfter = 60_000
        settings.protocolVersion = 1
        return settings
    }

    private func decode(_ text: String) throws(CallFault) -> Call {
        var decoder = CallDecoder()
        return try decoder.decode(Array(text.utf8))
    }

    private func error(_ text: String) -> ControlError? {
        do {
            let call = try decode(text)
            Issue.record("this was taken: \(call)")
            return nil
        } catch {
            return error.error
        }
    }

    @Test(
        "what a client writes, the daemon reads",
        arguments: [
            Call(.getLeader), Call(.getStatus), Call(.watch, more: true), Call(.getInfo),
            Call(.hold, more: true),
            Call(.getInterfaceDescription(interface: "io.electd")),
            Call(.waitLeader(WaitLeader())),
            Call(.waitLeader(WaitLeader(.thisHost, afterEpoch: 3, timeoutMilliseconds: 5))),
            Call(.waitLeader(WaitLeader(.anotherHost, minimumValidityMilliseconds: 7))),
            Call(.waitLeader(WaitLeader(.host("db\"2"), afterEpoch: 1 << 40)), oneway: true),
            Call(.getHistory(limit: nil)), Call(.getHistory(limit: 7)), Call(.listMembers),
            Call(.getTiming), Call(.measure),
            Call(.change(ChangeRequest(.addMember(name: "db4", role: .observer)))),
            Call(.change(ChangeRequest(.removeMember(name: "db3"), force: true))),
            Call(.change(ChangeRequest(.replaceMember(name: "db3", by: "db4")))),
            Call(.change(ChangeRequest(.setMember(name: "db3", Self.member)))),
            Call(.change(ChangeRequest(.setMember(name: "db3", MemberSettings())))),
            Call(.change(ChangeRequest(.drain(name: nil), timeoutMilliseconds: 5))),
            Call(.change(ChangeRequest(.undrain(name: "db3")))),
            Call(.change(ChangeRequest(.pause(milliseconds: 60_000)))),
            Call(.change(ChangeRequest(.resume)), oneway: true),
            Call(.change(ChangeRequest(.set(Self.settings)))),
            Call(.change(ChangeRequest(.set(ClusterSettings())))),
            Call(.transfer(Transfer())),
            Call(.transfer(Transfer(to: "db2", timeoutMilliseconds: 9)), oneway: true),
        ]
    )
    func roundTrip(call: Call) throws {
        let bytes = call.bytes()
        #expect(bytes.last == 0 && bytes.dropLast().allSatisfy { $0 >= 0x20 })
        var decoder = CallDecoder()
        #expect(try decoder.decode(Array(bytes.dropLast())) == call)
    }

    @Test("a call needs no parameters, and nulls are as good as nothing")
    func sparse() throws {
        #expect(try decode(#"{"method":"io.electd.GetLeader"}"#) == Call(.getLeader))
        #expect(
            try decode(#"{"method":"io.electd.GetLeader","parameters":null,"more":true}"#)
                == Call(.getLeader, more: true)
        )
        #expect(
            try decode(#"{"method":"io.electd.WaitLeader","parameters":{"kind":null,"host":null}}"#)
                == Call(.waitLeader(WaitLeader()))
        )
    }

    @Test("what comes again in the same bytes is not parsed again")
    func cached() throws {
        var decoder = CallDecoder()
        let leader = Array(#"{"method":"io.electd.GetLeader"}"#.utf8)
        let status = Array(#"{"method":"io.electd.GetStatus"}"#.utf8)
        for message in [leader, leader, leader] { _ = try decoder.decode(message) }
        #expect(decoder.parsed == 1)
        #expect(try decoder.decode(status) == Call(.getStatus))
        #expect(try decoder.decode(leader) == Call(.getLeader))
        #expect(decoder.parsed == 3)
    }

    @Test("an error does not become the call that is remembered")
    func errorIsNotCached() throws {
        var decoder = CallDecoder()
        let good = Array(#"{"method":"io.electd.GetLeader"}"#.utf8)
        _ = try decoder.decode(good)
        #expect(throws: CallFault.self) { try decoder.decode(Array("{}".utf8)) }
        #expect(throws: CallFault.self) { try decoder.decode(Array("{}".utf8)) }
        #expect(try decoder.decode(good) == Call(.getLeader))
    }

    @Test(
        "a call that cannot be served has its own error",
        arguments: [
            (
                #"{"method":"io.electd.GetLeadre"}"#,
                ControlError.methodNotFound("io.electd.GetLeadre")
            ),
            (#"{"method":"io.elect.GetLeader"}"#, .interfaceNotFound("io.elect")),
            (#"{"method":"GetLeader"}"#, .interfaceNotFound("GetLeader")),
            (#"{"method":"io.electd.Watch"}"#, .expectedMore),
            (#"{"method":"io.electd.GetLeader","upgrade":true}"#, .invalidParameter("upgrade")),
            (#"{"method":"io.electd.GetLeader","parameters":{"a":1}}"#, .invalidParameter("a")),
            (#"{"method":"io.electd.GetLeader","parameters":[]}"#, .invalidParameter("parameters")),
            (
                #"{"method":"io.electd.WaitLeader","parameters":{"timeot_ms":1}}"#,
                .invalidParameter("timeot_ms")
            ),
            (
                #"{"method":"io.electd.WaitLeader","parameters":{"timeout_ms":"1"}}"#,
                .invalidParameter("timeout_ms")
            ),
            (
                #"{"method":"io.electd.WaitLeader","parameters":{"timeout_ms":-1}}"#,
                .invalidParameter("timeout_ms")
            ),
            (
                #"{"method":"io.electd.WaitLeader","parameters":{"kind":"me"}}"#,
                .invalidParameter("kind")
            ),
            (
                #"{"method":"io.electd.WaitLeader","parameters":{"kind":"host"}}"#,
                .invalidParameter("host")
            ),
            (
                #"{"method":"io.electd.WaitLeader","parameters":{"kind":"self","host":"a"}}"#,
                .invalidParameter("host")
            ),
            (#"{"method":"io.electd.Transfer","parameters":{"to":1}}"#, .invalidParameter("to")),
            (#"{"method":"io.electd.AddMember"}"#, .invalidParameter("name")),
            (
                #"{"method":"io.electd.AddMember","parameters":{"name":"a","role":"boss"}}"#,
                .invalidParameter("role")
            ),
            (
                #"{"method":"io.electd.ReplaceMember","parameters":{"name":"a"}}"#,
                .invalidParameter("by")
            ),
            (#"{"method":"io.electd.Pause"}"#, .invalidParameter("duration_ms")),
            (
                #"{"method":"io.electd.SetMember","parameters":{"name":"a","priority":1001}}"#,
                .invalidParameter("priority")
            ),
            (
                #"{"method":"io.electd.SetMember","parameters":{"name":"a","addresses":[]}}"#,
                .invalidParameter("addresses")
            ),
            (
                #"{"method":"io.electd.Set","parameters":{"lease":300}}"#,
                .invalidParameter("lease")
            ),
            (
                #"{"method":"io.electd.GetHistory","parameters":{"limit":-1}}"#,
                .invalidParameter("limit")
            ),
            (
                #"{"method":"org.varlink.service.GetInterfaceDescription"}"#,
                .invalidParameter("interface")
            ),
        ]
    )
    func faults(text: String, expected: ControlError) {
        #expect(error(text) == expected)
    }

    @Test(
        "what is no call at all is malformed",
        arguments: ["", "{", "[]", "7", "GET / HTTP/1.1\r\n\r\n", #"{"method":7}"#, "{}", "\u{FF}"]
    )
    func malformed(text: String) {
        guard case .malformed(let message) = error(text) else {
            Issue.record("not malformed")
            return
        }
        #expect(message.contains(#"{"method":"io.electd.GetLeader"}"#))
    }

    @Test("whoever wants no reply gets none, not even an error")
    func oneway() {
        let text = #"{"method":"io.electd.Nothing","oneway":true}"#
        #expect(throws: CallFault(error: .methodNotFound("io.electd.Nothing"), oneway: true)) {
            try decode(text)
        }
    }

    @Test("what streams is known of each method")
    func methods() {
        #expect(Method.allCases.filter(\.streams) == [.watch, .hold])
    }

    @Test(
        "bytes that were broken on the way are a call or a fault, never an end",
        arguments: 1...20
    )
    func broken(seed: UInt64) {
        let good = Call(.waitLeader(WaitLeader(.host("db2"), timeoutMilliseconds: 5))).bytes()
        var random = seed
        var decoder = CallDecoder()
        for _ in 0..<100 {
            var message = Array(good.dropLast())
            for _ in 0..<3 {
                // Knuth's linear congruential generator; the high bits are the random ones.
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                message[Int(random >> 40) % message.count] = UInt8(truncatingIfNeeded: random >> 33)
            }
            do throws(CallFault) {
                let call = try decoder.decode(message)
                #expect(call.request.method == .waitLeader, "seed \(seed)")
            } catch {
                #expect(!error.error.description.isEmpty, "seed \(seed)")
            }
        }
    }
}
