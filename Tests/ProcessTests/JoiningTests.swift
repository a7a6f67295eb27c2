// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Testing

extension ProcessTests {
    /// Hosts come, go and come back, and whoever may not come is told why.
    @Suite("joining and leaving", .serialized)
    struct Joining {
        private func voters(_ status: Status) -> [String] {
            status.members.filter { $0.role == .voter }.map(\.name)
        }

        @Test("a cluster grows from one host to three and five, and shrinks back to one")
        func growAndShrink() throws {
            let cluster = try Cluster(["n1", "n2", "n3", "n4", "n5"], founders: 1)
            let first = try cluster.startAll()
            let n1 = try cluster["n1"]
            let reader = LeaseWatch(cluster.hosts.map(\.page))
            for pair in [["n2", "n3"], ["n4", "n5"]] {
                for name in pair { try cluster[name].join(n1) }
                let wanted = pair == ["n2", "n3"] ? 3 : 5
                try n1.wait("\(wanted) voters") { voters($0).count == wanted }
                #expect(try cluster.agreed().epoch == first.epoch, "nobody lost the lead by it")
            }
            // The last two voters but one cannot spare any more.
            for (name, isForced) in [("n5", false), ("n4", false), ("n1", true), ("n3", false)] {
                let asked = try cluster["n2"]
                let force = isForced ? ["--force", "--yes"] : []
                let done = try asked.run("electctl", ["remove", name] + force)
                #expect(done.status == 0, "\(done.text)")
                #expect(try cluster[name].program?.waitForEnd() == 77)
                let leader = try cluster.agreed()
                #expect(leader.leader != name)
            }
            let last = try cluster["n2"]
            #expect(try last.waitForLeader().role == .leader)
            #expect(try last.status().members.map(\.name) == ["n2"])
            #expect(try last.leader().epoch == first.epoch + 1, "the lead changed once, with n1")
            var electd = try Electd(socket: last.socket)
            let causes = try electd.history().map(\.cause)
            #expect(causes.suffix(4) == ["removed", "removed", "removed", "removed"])
            let (looks, overlaps) = reader.end()
            #expect(overlaps.isEmpty)
            #expect(looks > 100)
        }

        @Test("every member is replaced, one by one, until none of the first is left")
        func replaceAll() throws {
            let names = ["n1", "n2", "n3", "n4", "n5", "n6"]
            let cluster = try Cluster(names, founders: 3)
            _ = try cluster.startAll()
            let reader = LeaseWatch(cluster.hosts.map(\.page))
            // Who comes is an observer until it takes somebody's place.
            #expect(try cluster["n1"].run("electctl", ["set", "max-voters=3"]).status == 0)
            for (old, new) in zip(names, names.dropFirst(3)) {
                let next = try cluster[new]
                try next.join(try cluster[old])
                try next.wait("being let in") { $0.members.contains { $0.name == new } }
                let done = try next.run("electctl", ["replace", old, "--by", new])
                #expect(done.status == 0, "\(done.text)")
                #expect(try cluster[old].program?.waitForEnd() == 77)
                try cluster.agreed()
            }
            let status = try cluster["n6"].status()
            #expect(status.members.map(\.name) == ["n4", "n5", "n6"])
            #expect(voters(status).count == 3)
            let (looks, overlaps) = reader.end()
            #expect(overlaps.isEmpty && looks > 100)
        }

        @Test("of seven voters three may be lost at once, the leader among them")
        func seven() throws {
            let cluster = try Cluster(["n1", "n2", "n3", "n4", "n5", "n6", "n7"])
            let old = try cluster.startAll()
            let followers = cluster.hosts.filter { $0.name != old.leader }
            for host in [try cluster[old.leader ?? ""]] + followers.prefix(2) { try host.crash() }
            let new = try cluster.agreed(after: old.epoch)
            #expect(new.leader != old.leader)
        }

        @Test("two hosts and a witness live through the loss of either host")
        func witness() throws {
            for lost in ["n1", "n2"] {
                let cluster = try Cluster()
                try cluster.prepare()
                try cluster["n3"].writeConfiguration(more: "[Node]\nRole=witness")
                for host in cluster.hosts { try host.start() }
                let old = try cluster.agreed()
                #expect(old.leader != "n3")
                try cluster[lost].crash()
                let after = old.leader == lost ? old.epoch : 0
                let new = try cluster.agreed(after: after)
                #expect(new.leader == (lost == "n1" ? "n2" : "n1"))
            }
        }

        @Test("a name in live use is refused, on both sides, and costs the cluster nothing")
        func nameInUse() throws {
            let cluster = try Cluster(["n1", "n2"], founders: 1)
            let first = try cluster.startAll()
            let (n1, other) = (try cluster["n1"], try cluster["n2"])
            try other.join(n1, name: "n1")
            let sentence = "the name n1 is in use by a host with another key; give this one another"
            #expect(try n1.program?.says(sentence) == true)
            #expect(try other.program?.says(sentence) == true)
            #expect(try n1.leader().epoch == first.epoch)
            #expect(try n1.status().members.count == 1)
        }

        @Test("where hosts must be approved, only who was added joins, as what it was added as")
        func approved() throws {
            let cluster = try Cluster(["n1", "n2"], founders: 1)
            _ = try cluster.startAll()
            let (n1, other) = (try cluster["n1"], try cluster["n2"])
            #expect(try n1.run("electctl", ["set", "admission=approve"]).status == 0)
            try other.join(n1)
            let sentence = "n2 was not announced; run 'electctl add n2' on a member"
            #expect(try other.program?.says(sentence) == true)
            #expect(try n1.program?.says(sentence) == true)
            let add = ["add", "n2", "--role", "observer"]
            #expect(try n1.run("electctl", add).status == 0)
            let status = try n1.wait("n2") { $0.members.count == 2 }
            #expect(status.members[1].role == .observer)
            #expect(try other.waitForLeader().leader == "n1")
            #expect(try n1.run("electctl", ["remove", "n2"]).status == 0)
            #expect(try other.program?.waitForEnd() == 77, "who never voted is told as well")
        }

        @Test("a host that comes back at another address is found there, and a decree says so")
        func moved() throws {
            let cluster = try Cluster(["n1", "n2", "n3", "n4"], founders: 3)
            let first = try cluster.startAll()
            let leader = try cluster[first.leader ?? ""]
            let moved = try #require(cluster.hosts.prefix(3).first { $0.name != first.leader })
            // The port of a host that never starts is free.
            let place = try cluster["n4"].listen
            try moved.crash()
            try moved.writeConfiguration(more: "[Node]\nListen=\nListen=\(place)")
            try moved.start()
            try leader.wait("the new address") { status in
                status.members.contains { $0.name == moved.name && $0.addresses.contains(place) }
            }
            #expect(try moved.waitForLeader().leader == leader.name)
            #expect(try leader.leader().epoch == first.epoch)
        }

        @Test("hosts that were all given new addresses while they were down meet by Join=")
        func allMoved() throws {
            let cluster = try Cluster(["n1", "n2", "n3", "n4", "n5", "n6"], founders: 3)
            let first = try cluster.startAll()
            let hosts = cluster.hosts.prefix(3)
            // The ports of hosts that never start are free.
            let places = cluster.hosts.suffix(3).map(\.listen)
            for host in hosts { try host.crash() }
            for (host, place) in zip(hosts, places) {
                let listen = "[Node]\nListen=\nListen=\(place)"
                let join = "[Cluster]\nJoin=\(places.joined(separator: " "))"
                try host.writeConfiguration(more: "\(listen)\n\(join)")
                try host.start()
            }
            let reigns = try hosts.map { try $0.waitForLeader() }
            #expect(Set(reigns.map(\.leader)).count == 1)
            #expect(reigns.allSatisfy { $0.epoch >= first.epoch })
            // The others may follow seconds later: addresses change a decree only now and then.
            try hosts[0].wait("a new address") { status in
                status.members.contains { $0.addresses.contains(where: places.contains) }
            }
        }

        @Test("a host with another key is told by nobody, and says itself what may be wrong")
        func wrongKey() throws {
            let cluster = try Cluster(["n1", "n2"], founders: 1)
            let first = try cluster.startAll()
            let (n1, other) = (try cluster["n1"], try cluster["n2"])
            let key = "\(cluster.directory)/other.key"
            #expect(try other.run("electctl", ["key", "generate", key]).status == 0)
            try other.join(n1, key: key)
            #expect(
                try n1.program?.says("its sender has another cluster key than this host") == true
            )
            #expect(
                try other.program?.says(
                    "nobody answers at \(n1.listen) (Join=): start electd there, check the address, "
                        + "and give this host the cluster key of that cluster"
                ) == true
            )
            #expect(try n1.leader().epoch == first.epoch)
        }

        @Test("a host that lost its disk comes back under its name with a new identity")
        func lostDisk() throws {
            let cluster = try Cluster()
            let first = try cluster.startAll()
            let leader = try cluster[first.leader ?? ""]
            let lost = try #require(cluster.hosts.first { $0.name != first.leader })
            #expect(try leader.run("electctl", ["set", "down-after=400ms"]).status == 0)
            try lost.crash()
            try FileManager.default.removeItem(atPath: lost.state)
            try lost.join(leader)
            var electd = try Electd(socket: leader.socket)
            try leader.wait("the new identity") { status in
                status.cause == "replaced" || status.cause == "promoted"
            }
            let history = try electd.history()
            let change = "\(lost.name) has a new identity"
            #expect(history.contains { $0.cause == "replaced" && $0.change.contains(change) })
            #expect(try lost.waitForLeader().leader == leader.name)
            #expect(try leader.leader().epoch == first.epoch)
        }
    }
}
