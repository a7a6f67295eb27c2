// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Testing

extension ProcessTests {
    /// electctl(1) says which commands are refused, with which sentences. Here the page is read, and
    /// each of its commands typed: first those that ask electd, then those that work on files.
    @Suite("the refused commands of electctl(1)", .serialized)
    struct RefusedCommands {
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
            case "db3 has priority 0 as well": try done("set db3 priority=0")
            case "db3 is an observer": try done("set db3 role=observer --force --yes")
            case "64 hosts are announced":
                try done("set db3 role=voter")
                try done("set db2 priority=100")
                try done("set db3 priority=100")
                var electd = try Electd(socket: leader.socket)
                for number in 101...164 {
                    _ = try electd.make(.addMember(name: "db\(number)", role: .voter))
                }
            case "db3 answers late": try slowDown(cluster["db3"], by: leader)
            case "db3 is stopped":
                cluster.hosts[2].program?.send(SIGCONT)
                try cluster["db3"].crash()
                // Until the leader has missed it for as long as an answer may take.
                try leader.wait("silence") { !($0.members.last?.reachable ?? true) }
            case "db2 is stopped as well":
                try cluster["db2"].crash()
                try leader.wait("silence") { $0.answer.role == .unsure && $0.quorum.reachable == 1 }
            case "db1 is alone":
                for host in [try cluster["db2"], try cluster["db3"]] { try host.start() }
                try lead(cluster)
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

        /// Waits until all agree that db1 leads.
        private func lead(_ cluster: Cluster) throws {
            guard try cluster.agreed().leader != "db1" else { return }
            let words = ["transfer", "--wait", "--to", "db1"]
            let ended = try cluster["db1"].run("electctl", words)
            #expect(ended.status == 0, "\(ended.text)")
        }

        /// The members and announcements by the newest decree, but for who is up: that the cluster
        /// itself finds out meanwhile.
        private func members(_ host: Host) throws -> [String] {
            var electd = try Electd(socket: host.socket)
            let reply = try electd.members()
            return reply.announced.map { "\($0)" }
                + reply.members.map { detail in
                    let member = detail.member
                    return """
                        \(member.name) \(detail.identity) \(member.role) \(member.priority) \
                        \(member.drained) \(member.addresses) \(member.labels)
                        """
                }
        }

        /// What people have asked for, as far as it was done; that is all that changes settings.
        private func done(_ host: Host) throws -> [UInt64] {
            var electd = try Electd(socket: host.socket)
            return try electd.history().filter { !$0.askedBy.isEmpty }.map(\.decree)
        }

        /// The sentence with its figures left out.
        private func withoutFigures(_ text: String) -> String {
            String(text.map { $0.isNumber ? "0" : $0 }).replacing(/0+/, with: "0")
        }

        @Test("each is refused with the status and the sentence of the page, and changes nothing")
        func page() throws {
            let cluster = try Cluster(
                ["db1", "db2", "db3"],
                election: "Lease=500ms\nHeartbeat=100ms"
            )
            _ = try cluster.startAll()
            try lead(cluster)
            let db1 = try cluster["db1"]
            var place = ""
            for row in try RefusalRow.table("refused") {
                if row.place != place {
                    place = row.place
                    try prepare(place, cluster)
                }
                let before = (try members(db1), try done(db1))
                let ended = try db1.run("electctl", row.words)
                #expect(ended.status == row.status, "\(row.command)")
                let expected = "electctl: \(row.sentence)\n"
                if row.place == "db3 answers late" {
                    #expect(withoutFigures(ended.text) == withoutFigures(expected))
                } else {
                    #expect(ended.text == expected, "\(row.command)")
                }
                #expect(try members(db1) == before.0, "\(row.command)")
                #expect(try done(db1) == before.1, "\(row.command)")
            }
        }

        /// Brings the files of a host to where the page says they are.
        private func prepare(_ place: String, _ host: Host) throws {
            func begin(_ arguments: String...) throws {
                if FileManager.default.fileExists(atPath: host.state) {
                    try FileManager.default.removeItem(atPath: host.state)
                }
                guard !arguments.isEmpty else { return }
                let words = ["init", "--config", host.configuration] + arguments
                #expect(try host.run("electctl", words).status == 0)
            }
            switch place {
            case "electd was started without init, and is stopped":
                #expect(try host.run("electctl", ["key", "generate", host.key]).status == 0)
                try host.start()
                try host.crash()
            case "the host was prepared with another list":
                try begin("--member", "db1=10.0.0.1", "--member", "db2=10.0.0.2")
            case "electd runs":
                try begin("--member", "db1=\(host.listen)")
                try host.start()
                _ = try host.waitForLeader()
            case "it is stopped, and db1 was its only voter": try host.crash()
            case "one file was lost":
                try FileManager.default.removeItem(atPath: "\(host.state)/identity")
            case "the host was removed":
                // The row itself has the words of a tombstone.
                let row = try #require(RefusalRow.table("refused here").first { $0.place == place })
                let text = try #require(row.sentence.split(separator: ": it votes").first)
                try Data("\(text)\n".utf8).write(to: URL(filePath: "\(host.state)/tombstone"))
            case "the state directory is empty":
                try begin()
                try FileManager.default.createDirectory(
                    atPath: host.state,
                    withIntermediateDirectories: false
                )
            default: Issue.record("the page says: \(place)")
            }
        }

        /// The names and contents of the files in a state directory.
        private func files(_ path: String, _ names: [String]?) throws -> [String: Data] {
            var files: [String: Data] = [:]
            for name in try names ?? FileManager.default.contentsOfDirectory(atPath: path) {
                files[name] = try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
            }
            return files
        }

        @Test("so is what concerns the files of a host, and they stay as they were")
        func filesHere() throws {
            let cluster = try Cluster(["db1"])
            let host = try cluster["db1"]
            try host.writeConfiguration(more: "[Cluster]\nJoin=\(host.listen)")
            var (place, cluster9f3c) = ("", "")
            for row in try RefusalRow.table("refused here") {
                if row.place != place {
                    place = row.place
                    try prepare(place, host)
                }
                if place == "electd runs" { cluster9f3c = try host.status().clusterID }
                // An electd that runs writes its record when it likes.
                let kept = place == "electd runs" ? ["identity"] : nil
                let before = try files(host.state, kept)
                let isKey = row.words.first == "key"
                let files = isKey ? [host.key] : ["--config", host.configuration]
                let ended = try host.run("electctl", row.words + files)
                #expect(ended.status == row.status, "\(row.command): \(ended.text)")
                var text = ended.text.replacing(host.state, with: "/var/lib/electd")
                    .replacing(host.key, with: "/etc/electd/cluster.key")
                    .replacing(/process \d+ uses/, with: "process 712 uses")
                if !cluster9f3c.isEmpty { text = text.replacing(cluster9f3c, with: "9f3c...") }
                #expect(text == "electctl: \(row.sentence)\n", "\(row.command)")
                #expect(try self.files(host.state, kept) == before, "\(row.command)")
            }
        }
    }
}
