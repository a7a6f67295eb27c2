// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Linux
import Testing

extension ProcessTests {
    @Suite("on the socket and the files", .serialized)
    struct OnTheSocket {
        @Test("wait-leader holds a script until there is a leader, and lets it go then")
        func waitLeader() throws {
            let cluster = try Cluster()
            try cluster.prepare()
            let host = try cluster["n1"]
            try host.start()
            let waiting = try Program(
                "electctl",
                ["wait-leader"],
                environment: ["ELECTD_SOCKET=\(host.socket)"]
            )
            #expect(try host.leader().role == .unsure)
            #expect(waiting.isRunning)
            try cluster["n2"].start()
            #expect(waiting.isRunning)
            try cluster["n3"].start()
            #expect(try waiting.waitForEnd() == 0)
            let answers = try cluster.hosts.map { try $0.run("electctl", ["is-leader"]).status }
            #expect(answers.sorted() == [0, 3, 3])
        }

        @Test("without a majority everybody says unsure: 4, not 3")
        func noQuorum() throws {
            let cluster = try Cluster()
            let before = try cluster.startAll()
            let last = try cluster[before.leader ?? ""]
            var watch = try Watch(socket: last.socket)
            for host in cluster.hosts where host.name != last.name { try host.crash() }
            while let notice = try watch.next(timeout: .seconds(20)) {
                if case .event(let event) = notice, event.status.answer.role == .unsure { break }
            }
            #expect(try last.run("electctl", ["is-leader"]).status == 4)
            #expect(try last.pageFields().answer == .unsure)
            let refused = try last.run("electctl", ["transfer", "--timeout", "1s"])
            #expect(refused.status == 4 || refused.status == 124, "\(refused.text)")
        }

        @Test("status.json and status.env say what the socket says")
        func files() throws {
            let cluster = try Cluster(["n1"])
            _ = try cluster.startAll()
            let host = cluster.hosts[0]
            let json = try Data(contentsOf: URL(filePath: "\(host.runtime)/status.json"))
            let read = try JSONDecoder().decode(Status.self, from: json)
            let asked = try host.status()
            #expect(read.answer.epoch == asked.answer.epoch)
            #expect(read.answer.leader == "n1")
            #expect(read.clusterID == asked.clusterID)
            let shell = ". \(host.runtime)/status.env; echo $ELECTD_ROLE $ELECTD_EPOCH"
            #expect(try host.run("/bin/sh", ["-c", shell]).text == "leader 1\n")
        }

        @Test("garbage gets a typed error and a closed connection; others are served on")
        func garbage() throws {
            let cluster = try Cluster(["n1"])
            let before = try cluster.startAll()
            let host = cluster.hosts[0]
            for garbage in ["GET / HTTP/1.1\r\n\r\n", "{}\0", "[[[[\0", "\0", "{\"method\":1}\0"] {
                let caller = try Caller(host.socket)
                caller.send(Array(garbage.utf8))
                let said = caller.readToEnd()
                #expect(said.contains("io.electd.Malformed"), "\(garbage): \(said)")
            }
            #expect(try host.leader().epoch == before.epoch)
        }

        @Test("a call that no call has is refused, and the connection stays of use")
        func unknownMethod() throws {
            let cluster = try Cluster(["n1"])
            _ = try cluster.startAll()
            let caller = try Caller(cluster.hosts[0].socket)
            caller.send(Array("{\"method\":\"io.electd.Resign\"}\0".utf8))
            #expect(caller.readReply().contains("org.varlink.service.MethodNotFound"))
            caller.send(Call(.getLeader).bytes())
            #expect(caller.readReply().contains("\"role\":\"leader\""))
        }

        @Test("a message without an end is cut off")
        func endless() throws {
            let cluster = try Cluster(["n1"])
            _ = try cluster.startAll()
            let caller = try Caller(cluster.hosts[0].socket)
            caller.send([UInt8](repeating: UInt8(ascii: "{"), count: 100_000))
            #expect(caller.readToEnd().contains("io.electd.Malformed"))
        }

        @Test("callers that ask and never read cost nobody else anything")
        func neverReads() throws {
            let cluster = try Cluster(["n1"])
            let before = try cluster.startAll()
            let host = cluster.hosts[0]
            let calls = (0..<500).flatMap { _ in Call(.getStatus).bytes() }
            let stuck = try (0..<8).map { _ in try Caller(host.socket) }
            for caller in stuck { caller.send(calls) }
            let watching = try Caller(host.socket)
            watching.send(Call(.watch, more: true).bytes())
            for _ in 0..<100 {
                #expect(try host.leader().epoch == before.epoch)
            }
            // Whoever begins to read after all gets every answer, in order.
            for _ in 0..<20 { #expect(stuck[0].readReply().contains("\"self\":\"n1\"")) }
        }

        @Test("lines have a priority where the journal reads them, and nowhere else")
        func journal() throws {
            let cluster = try Cluster(["n1"])
            try cluster.prepare()
            let arguments = ["--config", cluster.hosts[0].configuration]
            let journal = try Program("electd", arguments, hasJournal: true)
            #expect(try journal.says("<6>started: "))
            #expect(try journal.says("<5>leads: "))
            journal.send(SIGKILL)
            _ = try journal.waitForEnd()
            // A terminal that was started from a session of systemd has the variable as well.
            let inherited = try Program("electd", arguments, environment: ["JOURNAL_STREAM=1:1"])
            #expect(try inherited.says("electd: started: "))
        }

        /// Whether anything can be bound to ::1 here.
        private static let hasIPv6: Bool = {
            guard let loopback = SocketAddress(numericHost: "::1", port: 0) else { return false }
            do {
                _ = try UDPSocket(bind: loopback)
                return true
            } catch {
                return false
            }
        }()

        @Test(
            "addresses may be IPv6",
            .enabled(if: hasIPv6, "this machine has no ::1"),
            arguments: ["[::1]"]
        )
        func ipv6(host: String) throws {
            let cluster = try Cluster(host: host, listening: host)
            let leader = try cluster.startAll()
            #expect(leader.leaderAddress?.hasPrefix("[::1]:") == true)
        }

        @Test("files that are taken away from under it are missed, with what to do; it leads on")
        func takenAway() throws {
            let cluster = try Cluster(["n1"])
            let before = try cluster.startAll()
            let host = cluster.hosts[0]
            try FileManager.default.removeItem(atPath: host.socket)
            try FileManager.default.removeItem(atPath: host.page)
            try FileManager.default.moveItem(atPath: host.state, toPath: "\(host.state).old")
            for sentence in [
                "\(host.page) is gone: programs of this host cannot see who leads; restart electd",
                "\(host.socket) is gone: programs of this host cannot ask electd; restart it",
                "\(host.state)/record is gone: electd goes on, and its next start will be that of a",
            ] {
                #expect(try host.program?.says(sentence) == true)
            }
            try FileManager.default.moveItem(atPath: "\(host.state).old", toPath: host.state)
            host.program?.send(SIGUSR1)
            #expect(try host.program?.waitForEnd() == 0)
            try host.start()
            #expect(try host.waitForLeader().epoch >= before.epoch)
        }

        @Test("addresses may be names")
        func names() throws {
            let cluster = try Cluster(host: "localhost")
            let leader = try cluster.startAll()
            #expect(leader.leaderAddress?.hasPrefix("localhost:") == true)
        }
    }
}
