// SPDX-License-Identifier: Apache-2.0

import Control
import FakeElectd
import Testing

/// The pages of `members`, `history` and `timing`, matched whole.
@Suite("electctl, looking")
struct LookingTests {
    private func run(_ arguments: String, _ reply: some JSONWritable) throws -> String {
        let directory = try TemporaryDirectory()
        let bytes = reply.reply()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [.send(bytes)] }
        return try electctl(arguments, environment: "ELECTD_SOCKET='\(daemon.socket)'")
    }

    @Test("members shows who belongs to the cluster and who may join")
    func members() throws {
        #expect(
            try run("members", Samples.members) == """
                  MEMBER  ROLE      STATE         PRIORITY  ROUND TRIP  IDENTITY      ADDRESSES
                  db1     voter     up, drained        100           -  001122334455  10.0.0.1:7377
                * db2     voter     up                 200    0.212 ms  011122334455  10.0.0.2:7377
                  db3     witness   down, silent         0           -  021122334455  10.0.0.3:7377 [fd00::3]:7377
                  db4     observer  may join             -           -  -
                exit 0

                """
        )
        var paused = Samples.members
        paused.pauseLeft = 61_500
        #expect(
            try run("members", paused).hasSuffix(
                "\n\nPaused for another 1min 1s 500ms: nobody but the present leader stands; see 'electctl resume --help'\nexit 0\n"
            )
        )
        let none = MembersReply(decree: 0, members: [], announced: [])
        #expect(
            try run("members", none) == "This host is no member of a cluster yet.\nexit 0\n"
        )
        let json = String(decoding: none.json, as: UTF8.self)
        #expect(try run("members --json", none) == "\(json)\nexit 0\n")
    }

    @Test("history prints a decree a line, the oldest first")
    func history() throws {
        let reply = HistoryReply(entries: Samples.history)
        #expect(
            try run("history", reply) == """
                TIME                  DECREE  EPOCH  LEADER  CAUSE     ASKED BY  CHANGE
                2026-11-20T23:00:00Z       1      1  db1     elected   -         members db1 db2 db3 (witness)
                2026-11-21T01:20:01Z     421    418  db2     transfer  db3       leader db1 to db2
                exit 0

                """
        )
        let lines = Samples.history.map { String(decoding: $0.json, as: UTF8.self) }
        #expect(
            try run("history --json -n 2", reply) == lines.joined(separator: "\n") + "\nexit 0\n"
        )
        #expect(try electctl("history -n 0").hasSuffix("\nexit 2\n"))
    }

    @Test("history asks for as many as it is to print")
    func limit() throws {
        let directory = try TemporaryDirectory()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in
            [.send(HistoryReply(entries: []).reply())]
        }
        _ = try electctl("history --count 7 --socket \(daemon.socket)")
        _ = try electctl("history --socket \(daemon.socket)")
        #expect(daemon.calls.map(\.request) == [.getHistory(limit: 7), .getHistory(limit: nil)])
    }

    @Test("timing prints what is set, what was measured, and the sums")
    func timing() throws {
        #expect(
            try run("timing", Samples.timing) == """
                Settings  lease 500 ms, heartbeat 100 ms, drift 1000 ppm

                MEASURED    COUNT   TYPICAL     WORST
                round_trip      2  0.212 ms  1.500 ms
                sync            0         -         -

                AT WORST        TIME  MADE UP OF
                failover  504.500 ms  lease + 3 round trips
                exit 0

                """
        )
        let json = String(decoding: Samples.timing.json, as: UTF8.self)
        #expect(try run("timing --json", Samples.timing) == "\(json)\nexit 0\n")
    }
}
