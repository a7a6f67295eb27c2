// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Testing

extension ProcessTests {
    /// electctl(1) says which commands are refused, with which sentences. Here the page is read, and
    /// each of its commands typed.
    @Suite("the refused commands of electctl(1)", .serialized)
    struct RefusedCommands {
        /// A command of the page, and the sentence below it.
        private struct Row {
            var place: String
            var command: String
            var sentence: String
        }

        private func rows() throws -> [Row] {
            let page = "\(#filePath)/../../../man/electctl.1"
            let data = try Data(contentsOf: URL(filePath: page).standardized)
            let text = String(decoding: data, as: UTF8.self)
                .replacing("\\-", with: "-").replacing("\\&", with: "")
            let lines = text.split(separator: "\n").map(String.init)
            let begin = try #require(lines.firstIndex(of: #".\" begin refused"#))
            let end = try #require(lines.firstIndex(of: #".\" end refused"#))
            var rows: [Row] = []
            var place = ""
            for line in lines[(begin + 1)..<end] where line != ".TP" && line != ".PP" {
                if line.hasPrefix("Where ") {
                    place = String(line.dropFirst(6).dropLast())
                } else if line.hasPrefix(".B ") {
                    rows.append(Row(place: place, command: String(line.dropFirst(3)), sentence: ""))
                } else {
                    let at = rows.count - 1
                    rows[at].sentence += rows[at].sentence.isEmpty ? line : " " + line
                }
            }
            return rows
        }

        /// Brings the cluster to where the page says it is.
        private func prepare(_ place: String, _ cluster: Cluster) throws {
            let leader = try cluster["db1"]
            func done(_ command: String) throws {
                let ended = try leader.run(
                    "electctl",
                    command.split(separator: " ").map(String.init)
                )
                #expect(ended.status == 0, "\(command): \(ended.text)")
            }
            switch place {
            case "": break
            case "db2 is drained": try done("drain db2")
            case "db2 has priority 0":
                try done("undrain db2")
                try done("set db2 priority=0")
            case "db3 is an observer":
                try done("set db3 role=observer --force --yes")
            case "db3 answers late":
                try done("set db3 role=voter")
                try done("set db2 priority=100")
                try slowDown(cluster["db3"], by: leader)
            case "db3 is stopped":
                cluster.hosts[2].program?.send(SIGCONT)
                try cluster["db3"].crash()
                // Until the leader has missed it for as long as an answer may take.
                try leader.wait("silence") { !($0.members.last?.reachable ?? true) }
            case "db1 is alone":
                try cluster["db3"].start()
                _ = try cluster["db3"].waitForLeader()
                try done("remove db3 --force --yes")
                try done("remove db2 --force --yes")
            default: Issue.record("the page says: \(place)")
            }
        }

        /// Stops a host again and again for less than a lease, until it is known to answer late, and
        /// leaves it stopped: so that stays as it was measured.
        private func slowDown(_ host: Host, by leader: Host) throws {
            func roundTrip() throws -> UInt64 {
                var electd = try Electd(socket: leader.socket)
                return try electd.members().members.last?.roundTrip ?? 0
            }
            for _ in 0..<100 where try roundTrip() < 50_000_000 {
                host.program?.send(SIGCONT)
                usleep(20_000)
                host.program?.send(SIGSTOP)
                usleep(250_000)
            }
            try #require(try roundTrip() >= 50_000_000)
        }

        /// The sentence with its figures left out.
        private func withoutFigures(_ text: String) -> String {
            String(text.map { $0.isNumber ? "0" : $0 }).replacing(/0+/, with: "0")
        }

        @Test("each is refused with status 5 and the sentence of the page, and changes nothing")
        func page() throws {
            let cluster = try Cluster(
                ["db1", "db2", "db3"],
                election: "Lease=500ms\nHeartbeat=100ms"
            )
            let first = try cluster.startAll()
            if first.leader != "db1" {
                let ended = try cluster["db1"].run(
                    "electctl",
                    ["transfer", "--wait", "--to", "db1"]
                )
                #expect(ended.status == 0, "\(ended.text)")
            }
            let rows = try rows()
            #expect(rows.count == 26)
            var place = ""
            for row in rows {
                if row.place != place {
                    place = row.place
                    try prepare(place, cluster)
                }
                let before = try cluster["db1"].leader().decree
                let words = row.command.split(separator: " ").map(String.init)
                let ended = try cluster["db1"].run("electctl", words)
                #expect(ended.status == 5, "\(row.command)")
                let expected = "electctl: \(row.sentence)\n"
                if row.place == "db3 answers late" {
                    #expect(withoutFigures(ended.text) == withoutFigures(expected))
                } else {
                    #expect(ended.text == expected, "\(row.command)")
                }
                // Only the cluster itself may have made a decree meanwhile: that a member is down.
                if row.place.isEmpty { #expect(try cluster["db1"].leader().decree == before) }
            }
        }
    }
}
