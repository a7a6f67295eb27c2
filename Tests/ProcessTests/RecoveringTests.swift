// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Testing

extension ProcessTests {
    /// A majority is lost for good: what is left to be read, and what is left to be done.
    @Suite("recovering", .serialized)
    struct Recovering {
        /// Three hosts of which two have crashed, and the one that is left.
        private func bereft(_ cluster: Cluster) throws -> (
            left: Host, lost: [Host], old: LeaderReply
        ) {
            let old = try cluster.startAll()
            let left = try cluster["n1"]
            let lost = cluster.hosts.filter { $0.name != "n1" }
            for host in lost { try host.crash() }
            return (left, lost, old)
        }

        private func recover(_ host: Host, _ arguments: String...) throws -> (Int32, String) {
            let ended = try host.run(
                "electctl",
                ["recover"] + arguments + ["--config", host.configuration]
            )
            return (ended.status, ended.text)
        }

        @Test("while a majority is gone, everything else can be read, and what is missing is said")
        func quorumLost() throws {
            let cluster = try Cluster()
            let (left, _, old) = try bereft(cluster)
            let status = try left.wait("no quorum") { $0.cause == "no_quorum" }
            #expect(status.answer.role == .unsure)
            #expect(status.answer.epoch >= old.epoch)
            let start = "needed 2, reachable 1: n2, n3 silent for "
            #expect(status.text.hasPrefix(start), "\(status.text)")
            #expect(
                status.text.hasSuffix(
                    " s; next: start them, or mend the network to them; if they are lost for good, "
                        + "see 'electctl recover --help'"
                ),
                "\(status.text)"
            )
            let page = try left.run("electctl", ["status"])
            #expect(page.status == 4 && page.text.contains(start), "\(page.text)")
            #expect(try left.run("electctl", ["members"]).status == 0)
            #expect(try left.run("electctl", ["history"]).status == 0)
            let refused = try left.run("electctl", ["remove", "n2"])
            #expect(refused.status == 4, "\(refused.text)")
        }

        @Test("one survivor begins a new cluster, the others follow it, and all is as it was")
        func whole() throws {
            let cluster = try Cluster()
            let (left, lost, old) = try bereft(cluster)
            let before = try left.status()
            let locked = try recover(left, "--keep", "n1,n2", "--yes")
            #expect(locked.0 == 5 && locked.1.contains("uses this directory"), "\(locked.1)")
            try left.crash()
            let stranger = try recover(left, "--keep", "n1,n9", "--yes")
            #expect(
                stranger
                    == (5, "electctl: there is no member n9; the members are n1, n2, n3\n")
            )
            let unasked = try recover(left, "--keep", "n1,n2,n3")
            #expect(unasked.0 == 2, "\(unasked.1)")
            let both = try recover(left, "--keep", "n1", "--follow")
            #expect(both.0 == 2 && both.1.contains("say either --keep"), "\(both.1)")
            let (status, text) = try recover(left, "--keep", "n1,n2,n3", "--yes")
            #expect(status == 0, "\(text)")
            #expect(text.contains("run 'electctl recover --follow' on n2, n3"), "\(text)")
            try left.start()
            let new = try left.waitForLeader(after: old.epoch)
            #expect(new.role == .leader)
            #expect(new.epoch >= 1 << 32 && new.epoch % (1 << 32) == 0)
            let after = try left.status()
            #expect(after.clusterID != before.clusterID)
            #expect(after.cause == "recovered")

            // Who does not follow is of another cluster, and both sides say so.
            let stubborn = lost[0]
            try stubborn.start()
            let sentence = "belongs to another cluster"
            #expect(try stubborn.program?.says(sentence) == true)
            #expect(try left.program?.says(sentence) == true)
            #expect(try stubborn.leader().role == .unsure)
            try stubborn.crash()

            for host in lost {
                let unasked = try recover(host, "--follow")
                #expect(unasked.0 == 2 && unasked.1.contains("--follow asks first"), "\(unasked.1)")
                let call = "electctl recover --follow --config \(host.configuration)"
                let terminal = "echo no | script -qec '\(Program.directory)/\(call)' /dev/null"
                let asked = try host.run("/bin/sh", ["-c", terminal])
                #expect(asked.status == 5, "\(asked.text)")
                let cost = "leaves cluster \(before.clusterID), of which it knows decree "
                #expect(asked.text.contains(cost), "\(asked.text)")
                let followed = try recover(host, "--follow", "--yes")
                #expect(followed.0 == 0, "\(followed.1)")
                #expect(followed.1.contains("now end in .lost.1"), "\(followed.1)")
                try host.join(left)
            }
            try left.wait("three voters") { status in
                status.members.count { $0.role == .voter && $0.up } == 3
            }
            let agreed = try cluster.agreed()
            #expect(agreed.epoch == new.epoch)
        }

        @Test("two recoveries on two sides are two clusters whose epochs and names differ")
        func twice() throws {
            let cluster = try Cluster()
            _ = try cluster.startAll()
            for host in cluster.hosts { try host.crash() }
            var seen: [(epoch: UInt64, cluster: String)] = []
            for host in cluster.hosts.prefix(2) {
                #expect(try recover(host, "--keep", host.name, "--yes").0 == 0)
                try host.start()
                let epoch = try host.waitForLeader(.thisHost).epoch
                seen.append((epoch, try host.status().clusterID))
            }
            #expect(seen[0].cluster != seen[1].cluster)
            // By one chance in 65,536 they do not: then only the names differ.
            #expect(seen[0].epoch != seen[1].epoch)
        }

        @Test("inspect shows what each survivor remembers, and who knows most")
        func inspect() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let behind = try #require(cluster.hosts.first { $0.name != old.leader })
            try behind.crash()
            let leader = try cluster[old.leader ?? ""]
            #expect(try leader.run("electctl", ["set", "drift=900"]).status == 0)
            let others = cluster.hosts.filter { $0.name != behind.name }
            for host in others { try host.crash() }
            let states = cluster.hosts.map(\.state)
            let shown = try behind.run("electctl", ["recover", "inspect"] + states)
            #expect(shown.status == 0, "\(shown.text)")
            let lines = shown.text.split(separator: "\n").map(String.init)
            try #require(lines.count == 5, "\(shown.text)")
            #expect(lines[0].hasPrefix("DIRECTORY "))
            #expect(lines[1...3].allSatisfy { $0.hasSuffix("n1 n2 n3") }, "\(shown.text)")
            #expect(!lines[4].contains(behind.name), "\(lines[4])")
            #expect(lines[4].hasSuffix("if no majority of the voters can be started again."))
            let nothing = try behind.run("electctl", ["recover", "inspect", cluster.directory])
            #expect(nothing.status == 5)
            #expect(nothing.text.contains("there is no state of electd in it"), "\(nothing.text)")
            let mixed = [cluster.directory] + states
            let some = try behind.run("electctl", ["recover", "inspect"] + mixed)
            #expect(some.status == 5)
            #expect(some.text.contains(lines[4]), "the others are shown: \(some.text)")
            #expect(some.text.contains("there is no state of electd in it"), "\(some.text)")
        }
    }
}
