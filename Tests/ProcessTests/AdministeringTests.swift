// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Testing

extension ProcessTests {
    /// An operator at work: what is asked for comes to pass, or is refused with a sentence.
    @Suite("administering", .serialized)
    struct Administering {
        /// The causes in a host's history, the oldest first.
        private func causes(_ host: Host) throws -> [String] {
            var electd = try Electd(socket: host.socket)
            return try electd.history().map(\.cause)
        }

        @Test("the history tells what was decided, and survives a crash with its last line torn")
        func history() throws {
            let cluster = try Cluster(["n1"])
            _ = try cluster.startAll()
            let host = cluster.hosts[0]
            #expect(try host.run("electctl", ["set", "lease=300ms"]).status == 0)
            #expect(try host.run("electctl", ["set", "n1", "priority=7"]).status == 0)
            #expect(try causes(host) == ["elected", "settings", "settings"])
            let page = try host.run("electctl", ["history", "-n", "2"])
            #expect(page.status == 0)
            #expect(
                page.text.contains("settings  n1        lease 200 ms to 300 ms\n"),
                "\(page.text)"
            )
            #expect(
                page.text.contains("settings  n1        n1 priority 100 to 7\n"),
                "\(page.text)"
            )
            try host.crash()
            let file = URL(filePath: "\(host.state)/history")
            let whole = try Data(contentsOf: file)
            try whole.dropLast(9).write(to: file)
            try host.start()
            _ = try host.waitForLeader()
            // The record still knows the decree whose line was torn.
            #expect(try causes(host) == ["elected", "settings", "settings"])
        }

        @Test("transfer --wait returns when the next leader has its lease")
        func transferAndWait() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let next = try #require(cluster.hosts.last { $0.name != old.leader })
            let done = try next.run("electctl", ["transfer", "--wait", "--to", next.name])
            #expect(done.status == 0, "\(done.text)")
            #expect(done.text.hasPrefix("\(next.name) leads now, under epoch "), "\(done.text)")
            #expect(try next.leader().role == .leader)
        }

        @Test("a drained leader hands over and takes no leadership until it is undrained")
        func drain() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let drained = try cluster[old.leader ?? ""]
            let done = try drained.run("electctl", ["drain"])
            #expect(done.status == 0, "\(done.text)")
            let new = try cluster.agreed(after: old.epoch)
            #expect(new.leader != drained.name)
            let other = try cluster[new.leader ?? ""]
            let members = try other.run("electctl", ["members"])
            #expect(members.text.contains("up, drained"), "\(members.text)")
            let refused = try other.run("electctl", ["transfer", "--to", drained.name])
            #expect(refused.status == 5, "\(refused.text)")
            #expect(refused.text == "electctl: \(drained.name) is drained; undrain it first\n")
            #expect(try other.run("electctl", ["undrain", drained.name]).status == 0)
            let back = ["transfer", "--wait", "--to", drained.name]
            #expect(try other.run("electctl", back).status == 0)
            #expect(try drained.leader().role == .leader)
        }

        @Test(
            "a lease and a heartbeat are set while the cluster runs, and all hosts take them over"
        )
        func settings() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let host = try #require(cluster.hosts.first { $0.name != old.leader })
            let set = ["set", "lease=300ms", "heartbeat=60ms"]
            #expect(try host.run("electctl", set).status == 0)
            var electd = try Electd(socket: host.socket)
            let timing = try electd.timing()
            #expect(timing.lease == 300 && timing.heartbeat == 60)
            #expect(timing.bounds.map(\.name) == ["failover", "restart", "healing", "transfer"])
            #expect(try cluster.agreed().epoch == old.epoch, "nobody lost the lead by it")
            let page = try host.run("electctl", ["timing"])
            #expect(page.status == 0)
            #expect(
                page.text.hasPrefix("Settings  lease 300 ms, heartbeat 60 ms, drift 1000 ppm\n")
            )
        }

        @Test("a removed host writes a tombstone, ends with 77, and so does every later start")
        func remove() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let gone = try #require(cluster.hosts.first { $0.name != old.leader })
            let leader = try cluster[old.leader ?? ""]
            let refused = try leader.run("electctl", ["remove", gone.name])
            #expect(refused.status == 5, "\(refused.text)")
            #expect(
                refused.text == """
                    electctl: 2 voters would be left and both are needed: one failure stops the \
                    cluster; add a voter first, or say --force

                    """
            )
            let forced = ["remove", gone.name, "--force", "--yes"]
            let done = try leader.run("electctl", forced)
            #expect(done.status == 0, "\(done.text)")
            #expect(done.text.hasPrefix("\(gone.name) is removed, by decree "), "\(done.text)")
            #expect(try gone.program?.waitForEnd() == 77)
            let sentence = "to have it join again, as a new host, move \(gone.state) away and start"
            #expect(try gone.program?.everything().contains(sentence) == true)
            let again = try gone.startInVain()
            #expect(again.status == 77)
            #expect(again.text.contains(sentence), "\(again.text)")
            #expect(try causes(leader).last == "removed")
            // Those who stay did not notice.
            #expect(try leader.leader().epoch == old.epoch)
        }

        @Test("a removed leader names its successor in the same decree")
        func removeLeader() throws {
            let cluster = try Cluster(["n1", "n2", "n3", "n4"])
            let old = try cluster.startAll()
            let gone = try cluster[old.leader ?? ""]
            let done = try gone.run("electctl", ["remove", gone.name])
            #expect(done.status == 0, "\(done.text)")
            #expect(try gone.program?.waitForEnd() == 77)
            let new = try cluster.agreed(after: old.epoch)
            #expect(new.epoch == old.epoch + 1)
            #expect(try cluster[new.leader ?? ""].status().members.count == 3)
        }
    }
}
