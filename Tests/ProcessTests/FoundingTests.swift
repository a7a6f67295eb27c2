// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Linux
import Testing

extension ProcessTests {
    /// A cluster is founded once, by hosts that agree on who founds it; who comes with something else
    /// is told so, and loses nothing.
    @Suite("founding", .serialized)
    struct Founding {
        @Test("a host with another cluster key is not let in, and both sides say what to do")
        func wrongKey() throws {
            let cluster = try Cluster()
            try cluster.prepare()
            let stranger = try cluster["n3"]
            let key = "\(cluster.directory)/other.key"
            #expect(try stranger.run("electctl", ["key", "generate", key]).status == 0)
            try stranger.writeConfiguration(key: key)
            for host in cluster.hosts { try host.start() }
            // Three founders were named, so without the third there is no cluster.
            let sentence = "has another cluster key than this host; give all hosts"
            #expect(try cluster["n1"].program?.says(sentence) == true)
            #expect(try stranger.program?.says(sentence) == true)
            #expect(try stranger.leader().role == .unsure)
            let status = try cluster["n1"].status()
            #expect(status.answer.role == .unsure)
            #expect(status.text.contains("n3"), "\(status.text)")

            // With the right key it goes on as if nothing had been.
            try stranger.crash()
            try stranger.writeConfiguration()
            try stranger.start()
            #expect(try cluster.agreed().epoch == 1)
        }

        @Test("founders with different lists all say who differs, and in what")
        func differentLists() throws {
            let cluster = try Cluster()
            let (same, other) = (cluster.hosts.prefix(2), cluster.hosts[2])
            for host in same { #expect(try host.runInit().status == 0) }
            let words = ["init", "--config", other.configuration]
            let more = ["--member", "n9=127.0.0.1:9"]
            let members = other.members.flatMap { ["--member", $0] }
            #expect(try other.run("electctl", words + members + more).status == 0)
            for host in cluster.hosts { try host.start() }
            let end = "; run 'electctl init' with the same --member options on every host"
            let before = " lists other initial members than this host, "
            for host in same {
                let sentence = "n3" + before + "n1 n2 n3 n9 and not n1 n2 n3" + end
                #expect(try host.program?.says(sentence) == true)
            }
            let sentence = before + "n1 n2 n3 and not n1 n2 n3 n9" + end
            #expect(try other.program?.says(sentence) == true)
            for host in cluster.hosts { #expect(try host.leader().role == .unsure) }
        }

        @Test("a founder with another list that comes late joins, and both sides say what differs")
        func lateFounder() throws {
            let cluster = try Cluster(["n1", "n2", "n3"], founders: 2)
            _ = try cluster.startAll()
            let late = try cluster["n3"]
            let members = cluster.hosts.flatMap { ["--member", "\($0.name)=\($0.listen)"] }
            let made = try late.run("electctl", ["init", "--config", late.configuration] + members)
            #expect(made.status == 0, "\(made.text)")
            try late.start()
            let before = " names other members than this host, "
            let after = "; the cluster is founded already, and who is no member asks to join it"
            #expect(try late.program?.says(before + "n1 n2 and not n1 n2 n3" + after) == true)
            try cluster["n1"].wait("n3 to join") { $0.members.map(\.name).contains("n3") }
            // Whom it has asked around before it saw the decree says so as well.
            for host in cluster.hosts { host.program?.send(SIGTERM) }
            let sentence = "n3" + before + "n1 n2 n3 and not n1 n2" + after
            let said = try cluster.hosts.prefix(2).map { try $0.program?.everything() ?? "" }
            #expect(said.contains { $0.contains(sentence) }, "\(said)")
        }

        @Test("a host whose file names another cluster than it has come to says so")
        func otherClusterName() throws {
            let cluster = try Cluster()
            let odd = try cluster["n3"]
            try odd.writeConfiguration(more: "[Cluster]\nName=stage-db")
            _ = try cluster.startAll()
            let sentence = "Name= in [Cluster] is stage-db, and this host is in the cluster test: "
            #expect(try odd.program?.says(sentence) == true)
            let doctor = try odd.run("electctl", ["doctor", "--config", odd.configuration])
            #expect(doctor.text.contains("the cluster of this host is test"), "\(doctor.text)")
        }

        @Test("two hosts that found another cluster do not mix with who is left of the first")
        func otherCluster() throws {
            let cluster = try Cluster()
            let leader = try cluster.startAll().leader
            // Not the leader: that one's lease would outlive its process, and be right to.
            let left = try #require(cluster.hosts.first { $0.name != leader })
            let old = try left.status().clusterID
            // It would show its decree to who has none yet.
            try left.crash()
            let others = cluster.hosts.filter { $0.name != left.name }
            let members = others.flatMap { ["--member", "\($0.name)=\($0.listen)"] }
            for host in others {
                try host.crash()
                try FileManager.default.removeItem(atPath: host.state)
                let made = try host.run(
                    "electctl",
                    ["init", "--config", host.configuration] + members
                )
                #expect(made.status == 0, "\(made.text)")
            }
            for host in others { try host.start() }
            for host in others { #expect(try host.waitForLeader().epoch == 1) }
            try left.start()
            for host in others {
                let sentence = "\(left.name) belongs to another cluster and sends to this host"
                #expect(try host.program?.says(sentence) == true)
                #expect(try host.status().clusterID != old)
                #expect(try host.status().members.count == 2)
            }
            #expect(try left.leader().role == .unsure)
            #expect(try left.status().clusterID == old)
        }

        @Test("init refuses where there is a decree, and changes nothing where it is repeated")
        func initAgain() throws {
            let cluster = try Cluster(["n1"])
            try cluster.prepare()
            let host = cluster.hosts[0]
            let again = try host.runInit()
            #expect(again.status == 0)
            #expect(again.text.contains("nothing was changed"), "\(again.text)")
            try host.start()
            _ = try host.waitForLeader()
            let locked = try host.runInit()
            #expect(locked.status == 5)
            #expect(locked.text.contains("uses this directory"), "\(locked.text)")
            try host.crash()
            let refused = try host.runInit()
            #expect(refused.status == 5)
            #expect(refused.text.contains("already belongs to a cluster"), "\(refused.text)")
        }

        @Test("a host that was started without init waits to join and founds nothing")
        func withoutInit() throws {
            let cluster = try Cluster(["n1"])
            let host = cluster.hosts[0]
            #expect(try host.run("electctl", ["key", "generate", host.key]).status == 0)
            try host.start()
            #expect(try host.status().answer.role == .unsure)
            try host.crash()
            let refused = try host.runInit()
            #expect(refused.status == 5)
            #expect(refused.text.contains("was started without init"), "\(refused.text)")
        }
    }
}
