// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Linux
import Testing

extension ProcessTests {
    /// An upgrade, or a crash of the daemon, is no failover: at the default settings the leader is
    /// back before its lease is over.
    @Suite("restarting", .serialized)
    struct Restarting {
        @Test("told to make way for a restart and to stop, in whatever order, it stops for good")
        func stopsAfterAll() throws {
            for order in [[SIGUSR1, SIGTERM], [SIGTERM, SIGUSR1]] {
                let cluster = try Cluster()
                try cluster.prepare()
                let host = cluster.hosts[0]
                // Without the others it knows of nobody: nothing is to be let go of first, and it is
                // stopped until it has both.
                try host.start()
                host.program?.send(SIGSTOP)
                for signal in order { host.program?.send(signal) }
                host.program?.send(SIGCONT)
                #expect(try host.program?.waitForEnd() == 0)
                #expect(try host.pageFields().answer == .closed)
            }
        }

        @Test(
            "a leader that restarts within its lease keeps leader and epoch",
            arguments: [
                SIGUSR1, SIGKILL,
            ]
        )
        func withinTheLease(signal: Int32) throws {
            let cluster = try Cluster(election: "Lease=500ms")
            let old = try cluster.startAll()
            let leader = try cluster[old.leader ?? ""]
            let others = cluster.hosts.filter { $0.name != leader.name }
            let watches = try others.map { try Watching(socket: $0.socket) }
            var page = try LeasePageReader(path: leader.page)

            leader.program?.send(signal)
            let end = try leader.program?.waitForEnd()
            #expect(end == (signal == SIGKILL ? 128 + SIGKILL : 0))
            #expect(try leader.pageFields().answer == .leader, "the page is left as it is")
            try leader.start()
            let back = try leader.waitForLeader(.thisHost)
            #expect(back.epoch == old.epoch)
            let lease = page.lease()
            #expect(lease?.epoch == old.epoch)

            // The next decree comes after all that the restart brought about.
            let next = try #require(others.first)
            #expect(try next.run("electctl", ["transfer", "--to", next.name]).status == 0)
            for watch in watches {
                let epochs = try watch.epochs(until: old.epoch + 1)
                #expect(epochs.allSatisfy { $0 == old.epoch }, "\(epochs)")
            }
        }

        @Test(
            "a restart longer than the lease keeps leader and epoch, and a crash fails over as ever"
        )
        func withinTheGrace() throws {
            let lease: Int64 = 200_000_000
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let leader = try cluster[old.leader ?? ""]
            let others = cluster.hosts.filter { $0.name != leader.name }
            let watches = try others.map { try Watching(socket: $0.socket) }

            leader.program?.send(SIGUSR1)
            #expect(try leader.program?.waitForEnd() == 0)
            let left = Int64(clamping: try leader.pageFields().validUntil) - BootClock.now()
            #expect(left > 2_000_000_000, "\(left) ns are left of the grace of 3 s")
            // A long restart, ten leases and two thirds of the grace: everybody goes on to follow.
            let away = BootClock.now() + 10 * lease
            while BootClock.now() < away {
                for host in others { #expect(try host.leader().role == .follower) }
                usleep(20_000)
            }
            try leader.start()
            let back = try leader.waitForLeader(.thisHost)
            #expect(back.epoch == old.epoch)

            // Once the grace is over only the usual lease is left to wait for.
            while Int64(clamping: try leader.pageFields().validUntil) - BootClock.now() > lease {
                usleep(20_000)
            }
            #expect(try leader.leader().epoch == old.epoch)
            let killed = BootClock.now()
            try leader.crash()
            #expect(try cluster.agreed(after: old.epoch).leader != leader.name)
            #expect(BootClock.now() - killed < 2_000_000_000, "as long as a grace, not a lease")
            for watch in watches {
                let epochs = try watch.epochs(until: old.epoch + 1)
                #expect(epochs.allSatisfy { $0 == old.epoch }, "\(epochs)")
            }
        }

        @Test("with RestartGrace=0 a leader leaves what it has")
        func withoutGrace() throws {
            let cluster = try Cluster(election: "Lease=500ms\nRestartGrace=0")
            let old = try cluster.startAll()
            let leader = try cluster[old.leader ?? ""]
            leader.program?.send(SIGUSR1)
            #expect(try leader.program?.waitForEnd() == 0)
            let left = Int64(clamping: try leader.pageFields().validUntil) - BootClock.now()
            #expect(left <= 500_000_000)
        }

        private static let orders = [
            ["n1", "n2", "n3"], ["n1", "n3", "n2"], ["n2", "n1", "n3"],
            ["n2", "n3", "n1"], ["n3", "n1", "n2"], ["n3", "n2", "n1"],
        ]

        @Test("all are killed in any order and started again in any other", arguments: orders)
        func everyOrder(down: [String]) throws {
            let cluster = try Cluster(election: "Lease=100ms")
            var last = try cluster.startAll()
            let id = try cluster.hosts[0].status().clusterID
            for up in Self.orders {
                for name in down { try cluster[name].crash() }
                last = try startAgain(cluster, in: up, after: last, id: id)
            }
        }

        @Test("each leader is killed when the next one leads, and all are started in any order")
        func everyOrderOfLeaders() throws {
            let cluster = try Cluster(election: "Lease=100ms")
            var last = try cluster.startAll()
            let id = try cluster.hosts[0].status().clusterID
            for up in Self.orders {
                let first = try cluster[last.leader ?? ""]
                try first.crash()
                // Who comes back first may be one that was not there for this.
                let next = try cluster.agreed(after: last.epoch)
                #expect(next.leader != first.name)
                let second = try cluster[next.leader ?? ""]
                try second.crash()
                let third = try #require(
                    cluster.hosts.first { $0 !== first && $0 !== second }
                )
                let alone = try third.wait("being alone") { $0.answer.role == .unsure }
                #expect(alone.answer.epoch == next.epoch)
                try third.crash()
                last = try startAgain(cluster, in: up, after: next, id: id)
            }
        }

        /// Starts all, waits until they agree, and sees that it is the same cluster, later.
        private func startAgain(
            _ cluster: Cluster,
            in order: [String],
            after last: LeaderReply,
            id: String?
        ) throws -> LeaderReply {
            for name in order { try cluster[name].start() }
            let now = try cluster.agreed()
            #expect(now.epoch >= last.epoch, "up \(order)")
            if now.leader != last.leader { #expect(now.epoch > last.epoch, "up \(order)") }
            for host in cluster.hosts { #expect(try host.status().clusterID == id) }
            return now
        }

        @Test("all are told to stop, one after another, and come back")
        func stopAll() throws {
            let cluster = try Cluster()
            let before = try cluster.startAll()
            for host in cluster.hosts {
                host.program?.send(SIGTERM)
                #expect(try host.program?.waitForEnd() == 0)
            }
            for host in cluster.hosts { try host.start() }
            #expect(try cluster.agreed().epoch >= before.epoch)
        }

        @Test("a host that lost its disk comes back as another and does not vote")
        func lostMemory() throws {
            let cluster = try Cluster()
            let before = try cluster.startAll()
            let wiped = try #require(cluster.hosts.first { $0.name != before.leader })
            try wiped.crash()
            try FileManager.default.removeItem(atPath: "\(wiped.state)/record")
            let program = try Program("electd", ["--config", wiped.configuration])
            wiped.program = program
            #expect(try program.says("has lost its memory"))
            #expect(try program.says("started: slot=0"))
            let aside = "\(wiped.state)/identity.lost.1"
            #expect(FileManager.default.fileExists(atPath: aside))
            let leader = try cluster[before.leader ?? ""].leader()
            #expect(leader.epoch == before.epoch)
        }
    }
}
