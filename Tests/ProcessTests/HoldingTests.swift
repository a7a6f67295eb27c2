// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import Glibc
import Linux
import Testing

extension ProcessTests {
    /// A program that acts on the leader's host, and leadership that is to go elsewhere.
    @Suite("holding leadership", .serialized)
    struct Holding {
        private let patience = Duration.milliseconds(Program.patience)

        /// The first word of a hold on the leader.
        private func held(_ hold: inout Hold, epoch: UInt64) throws {
            guard case .held(let reply) = try hold.next(timeout: patience) else {
                throw Failure("nobody grants the hold")
            }
            #expect(reply.epoch == epoch)
            #expect(reply.validUntil > UInt64(BootClock.now()))
        }

        /// The word that asks to let go; the lease goes on until that is done.
        private func askedToLetGo(_ hold: inout Hold, _ host: Host, epoch: UInt64) throws {
            guard case .letGo(let reply) = try hold.next(timeout: patience) else {
                throw Failure("nobody asks to let go")
            }
            #expect(reply.epoch == epoch)
            #expect(try #require(reply.letGoBy) > UInt64(BootClock.now()))
            // Past the end that the page has now: the lease is renewed.
            let end = try host.pageFields().validUntil
            while UInt64(BootClock.now()) <= end { usleep(1_000) }
            let page = try host.pageFields()
            #expect(page.answer == .leader && page.epoch == epoch)
            #expect(page.validUntil > UInt64(BootClock.now()))
        }

        @Test(
            "a hand-over waits until the program has let go",
            arguments: [
                ["transfer", "--wait"], ["drain", "OLD"], ["remove", "OLD", "--force", "--yes"],
                ["set", "OLD", "priority=0"],
            ]
        )
        func waits(words: [String]) throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let host = try cluster[old.leader ?? ""]
            let other = try #require(cluster.hosts.first { $0.name != host.name })
            var hold = try Hold(socket: host.socket)
            try held(&hold, epoch: old.epoch)
            let words = words.map { $0 == "OLD" ? host.name : $0 }
            let operatorAtWork = try Program(
                "electctl",
                words,
                environment: ["ELECTD_SOCKET=\(other.socket)"]
            )
            try askedToLetGo(&hold, host, epoch: old.epoch)
            #expect(operatorAtWork.isRunning)
            hold.letGo()
            #expect(try operatorAtWork.waitForEnd() == 0)
            #expect(try other.waitForLeader(after: old.epoch).leader != host.name)
        }

        @Test("a stop waits as well, and the next leader has its lease when the daemon has ended")
        func stop() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let host = try cluster[old.leader ?? ""]
            var hold = try Hold(socket: host.socket)
            try held(&hold, epoch: old.epoch)
            host.program?.send(SIGTERM)
            try askedToLetGo(&hold, host, epoch: old.epoch)
            #expect(host.program?.isRunning == true)
            hold.letGo()
            #expect(try host.program?.waitForEnd() == 0)
            try cluster.agreed(after: old.epoch)
        }

        @Test(
            "who does not let go is waited for no longer than HoldLimit=, and told that it is over"
        )
        func overdue() throws {
            let cluster = try Cluster()
            try cluster.prepare()
            for host in cluster.hosts {
                try host.writeConfiguration(more: "[Node]\nHoldLimit=300ms")
                try host.start()
            }
            let old = try cluster.agreed()
            let host = try cluster[old.leader ?? ""]
            var hold = try Hold(socket: host.socket)
            try held(&hold, epoch: old.epoch)
            let began = BootClock.now()
            #expect(try host.run("electctl", ["transfer"]).status == 0)
            #expect(BootClock.now() - began >= 300_000_000)
            guard case .letGo? = try hold.next(timeout: patience),
                case .lost(let reply)? = try hold.next(timeout: patience)
            else { throw Failure("it is not told that it is over") }
            #expect(reply.epoch == old.epoch && reply.validUntil == 0)
            let said = "was asked to let go of leadership and has not, in 300 ms"
            #expect(try host.program?.says(said) == true)
        }

        @Test("a restart within the lease takes nothing away; the claim is made anew by itself")
        func restart() throws {
            let cluster = try Cluster(["n1"])
            let old = try cluster.startAll()
            let host = cluster.hosts[0]
            var hold = try Hold(socket: host.socket)
            try held(&hold, epoch: old.epoch)
            try host.crash()
            #expect(try hold.next(timeout: patience) == .gap)
            try host.start()
            try held(&hold, epoch: old.epoch)
        }
    }
}
