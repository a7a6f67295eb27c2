// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Testing

extension ProcessTests {
    /// `electctl doctor` at a real cluster: what it measures, and what it says when something is amiss.
    @Suite("the doctor", .serialized)
    struct Doctor {
        private func doctor(_ host: Host, _ more: [String] = []) throws -> (Int32, String) {
            let done = try host.run("electctl", ["doctor", "--config", host.configuration] + more)
            return (done.status, done.text)
        }

        @Test("every way of three hosts is measured, in both directions, and no fault is found")
        func healthy() throws {
            // Long enough that a busy machine is not too slow for it.
            let cluster = try Cluster(election: "Lease=5s")
            _ = try cluster.startAll()
            for host in cluster.hosts {
                let (status, text) = try doctor(host)
                #expect(text.contains("ways           6 ways measured, round trips of "), "\(text)")
                #expect(text.contains(" ppm of 2 others, give or take "), "\(text)")
                #expect(text.contains("\nno fault, "), "\(text)")
                #expect(status == 0, "\(text)")
            }
            var electd = try Electd(socket: cluster.hosts[1].socket)
            let hosts = try electd.measure().hosts
            #expect(hosts.map(\.name) == ["n1", "n2", "n3"])
            #expect(hosts.allSatisfy { $0.answered && $0.release == Release.version })
            #expect(
                hosts.map { $0.ways.map(\.to).sorted() } == [
                    ["n2", "n3"], ["n1", "n3"], ["n1", "n2"],
                ]
            )
        }

        @Test("a member that is gone is named, by the word for programs as well")
        func silent() throws {
            let cluster = try Cluster(election: "Lease=5s")
            let leader = try cluster.startAll().leader
            let follower = try #require(cluster.hosts.first { $0.name != leader })
            try follower.crash()
            let (status, text) = try doctor(try cluster[leader ?? ""], ["--json"])
            #expect(status == 1, "\(text)")
            #expect(text.contains(#""word":"way-silent","fault":true,"#), "\(text)")
            #expect(text.contains(#""sentence":"\#(follower.name) does not answer this host""#))
        }

        @Test("a founder that waits for another one is told that nobody leads, and why")
        func waiting() throws {
            let cluster = try Cluster(election: "Lease=5s")
            try cluster.prepare()
            let host = cluster.hosts[0]
            try host.start()
            _ = try host.wait("to say whom it waits for") { $0.cause == "genesis" }
            let (status, text) = try doctor(host, ["--json"])
            #expect(status == 1, "\(text)")
            #expect(text.contains(#""word":"no-leader","fault":true,"#), "\(text)")
            #expect(
                text.contains("waiting for n2, n3, to found the cluster together\","),
                "\(text)"
            )
            for host in cluster.hosts.dropFirst() { try host.start() }
            _ = try cluster.agreed()
            #expect(try doctor(host).1.contains("\nleader         n"))
        }

        @Test(
            "with the daemon down: its state, its socket and its disk are looked at, and it is 69"
        )
        func down() throws {
            let cluster = try Cluster(["n1"], election: "Lease=5s")
            _ = try cluster.startAll()
            let host = cluster.hosts[0]
            try host.crash()
            let (status, text) = try doctor(host)
            #expect(status == 69, "\(text)")
            #expect(text.contains("daemon         stopped; the state of n1"), "\(text)")
            #expect(text.contains("sync "), "\(text)")
            #expect(text.hasSuffix("1 fault, no remark\n"), "\(text)")
            try host.start()
            #expect(try host.waitForLeader().leader == "n1", "the doctor did no harm")
        }

        @Test("a daemon that does not answer is found by what it holds")
        func hanging() throws {
            let cluster = try Cluster(["n1"], election: "Lease=5s")
            _ = try cluster.startAll()
            let host = cluster.hosts[0]
            let missing = try host.run(
                "electctl",
                ["doctor", "--config", host.configuration, "--socket", "\(host.runtime)/other"]
            )
            #expect(missing.status == 69, "\(missing.text)")
            let process = try #require(host.program?.pid)
            #expect(
                missing.text.contains("fault: process \(process) uses \(host.state)"),
                "\(missing.text)"
            )
        }
    }
}
