// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Linux
import Testing

extension ProcessTests {
    /// Bad input gets a clear error, and nothing is lost.
    @Suite("refusing", .serialized)
    struct Refusing {
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

        @Test("a second daemon on one state directory ends with 1 and names the first")
        func secondDaemon() throws {
            let cluster = try Cluster(["n1"])
            let first = try cluster.startAll()
            let host = cluster.hosts[0]
            let second = try host.startInVain(["--runtime-dir", "\(cluster.directory)/second"])
            #expect(second.status == 1)
            #expect(second.text.contains("uses this directory; stop it"), "\(second.text)")
            #expect(try host.leader().epoch == first.epoch)
        }

        @Test("a second daemon on one runtime directory ends with 1 and leaves the page alone")
        func secondRuntime() throws {
            let cluster = try Cluster(["n1"])
            let first = try cluster.startAll()
            let host = cluster.hosts[0]
            let second = try host.startInVain(["--state-dir", "\(cluster.directory)/second"])
            #expect(second.status == 1)
            #expect(second.text.contains("another process answers on this socket"))
            #expect(try host.pageFields().answer == .leader)
            #expect(try host.leader().epoch == first.epoch)
        }

        @Test("an address of an interface that is not there yet ends with 1, and is not left out")
        func noInterface() throws {
            let cluster = try Cluster(["n1"])
            try cluster.prepare()
            let host = cluster.hosts[0]
            try host.writeConfiguration(more: "[Node]\nListen=[fe80::1%no0]:7377")
            let ended = try host.startInVain()
            #expect(ended.status == 1)
            let sentence =
                "bind [fe80::1%no0]:7377: No such device; this host has no such interface"
            #expect(ended.text.contains(sentence), "\(ended.text)")
        }

        @Test("another Name= than the state directory's ends with 78")
        func otherName() throws {
            let cluster = try Cluster(["n1"])
            try cluster.prepare()
            let host = cluster.hosts[0]
            try host.writeConfiguration(name: "n2")
            let ended = try host.startInVain()
            #expect(ended.status == 78)
            #expect(ended.text.contains("is the state of n1, and Name= in [Node] says n2"))
        }

        @Test("mistakes in the configuration end with 78, each with file and line")
        func configuration() throws {
            let cluster = try Cluster(["n1"])
            try cluster.prepare()
            let host = cluster.hosts[0]
            try host.writeConfiguration(more: "[Node]\nPrioritiy=0\n[Election]\nLease=1ms")
            for arguments in [[], ["--check-config"]] {
                let ended = try host.startInVain(arguments)
                #expect(ended.status == 78)
                #expect(ended.text.contains("\(host.configuration):13: "), "\(ended.text)")
                #expect(ended.text.contains("\(host.configuration):15: "), "\(ended.text)")
            }
            try host.writeConfiguration()
            #expect(try host.startInVain(["--check-config"]).status == 0)
        }

        @Test("a command line that makes no sense ends with 2")
        func usage() throws {
            let cluster = try Cluster(["n1"])
            #expect(try cluster.hosts[0].startInVain(["--no-such-option"]).status == 2)
        }

        @Test("started without standard streams, it writes nothing of what it says into its files")
        func noStreams() throws {
            let cluster = try Cluster(["n1"])
            try cluster.prepare()
            let host = cluster.hosts[0]
            let electd = "exec \(Program.directory)/electd --config \(host.configuration)"
            host.program = try Program("/bin/sh", ["-c", "\(electd) <&- >&- 2>&-"])
            _ = try host.waitForLeader()
            let pid = try #require(host.program?.pid)
            for stream in 0...2 {
                let file = "/proc/\(pid)/fd/\(stream)"
                let held = try FileManager.default.destinationOfSymbolicLink(atPath: file)
                #expect(held == "/dev/null")
            }
            let key = "\(host.directory)/another.key"
            let generate = "\(Program.directory)/electctl key generate \(key)"
            // What it says then is refused, as by any program.
            #expect(try host.run("/bin/sh", ["-c", "\(generate) <&- >&- 2>&-"]).status == 1)
            let made = try Data(contentsOf: URL(filePath: key))
            #expect(made.count == 45, "the key and a newline")
        }

        @Test("a configuration that was broken meanwhile is not taken over by SIGHUP")
        func reload() throws {
            let cluster = try Cluster(["n1"])
            let before = try cluster.startAll()
            let host = cluster.hosts[0]
            try host.writeConfiguration(more: "[Node]\nPrioritiy=0")
            host.program?.send(SIGHUP)
            #expect(try host.program?.says("\(host.configuration):13: ") == true)
            #expect(try host.program?.says("the old one stays in force") == true)
            try host.writeConfiguration(more: "[Node]\nName=n9")
            host.program?.send(SIGHUP)
            #expect(
                try host.program?.says("a change of Node.Name takes effect at the next") == true
            )
            // Taken back, it is no change to what runs.
            try host.writeConfiguration(more: "[Paths]\nState=/x")
            host.program?.send(SIGHUP)
            #expect(try host.program?.says("a change of Paths.State takes effect") == true)
            #expect(try host.leader().epoch == before.epoch)
        }

        @Test("a state directory that cannot be written ends with 1, before anything is said")
        func unwritable() throws {
            let cluster = try Cluster(["n1"])
            try cluster.prepare()
            let host = cluster.hosts[0]
            // The copy that the start writes first is beyond what a file may have here.
            let script = """
                trap '' XFSZ; ulimit -f 1; exec \(Program.directory)/electd --config \
                \(host.configuration)
                """
            let ended = try host.run("/bin/sh", ["-c", script])
            #expect(ended.status == 1)
            #expect(ended.text.contains("write \(host.state)/record: "), "\(ended.text)")
            #expect(!ended.text.contains("started:"))
            // Nothing was lost by it.
            try host.start()
            #expect(try host.waitForLeader().epoch == 1)
        }

        @Test("a write that fails ends the daemon with 1; it withdraws, says so, and is not missed")
        func failingWrite() throws {
            let cluster = try Cluster()
            try cluster.prepare()
            for host in cluster.hosts { try host.start(after: "trap '' XFSZ") }
            let old = try cluster.agreed()
            let full = try cluster[old.leader ?? ""]
            let pid = full.program.map { "\($0.pid)" } ?? ""
            #expect(try full.run("/usr/bin/prlimit", ["--pid", pid, "--fsize=0"]).status == 0)
            // The next decree has to be written.
            let next = try #require(cluster.hosts.first { $0.name != old.leader })
            _ = try next.run("electctl", ["transfer", "--to", next.name, "--timeout", "1s"])
            #expect(try full.program?.waitForEnd() == 1)
            let text = try full.program?.everything() ?? ""
            #expect(text.contains("what is not on disk cannot be promised"), "\(text)")
            #expect(text.contains("this host votes no more"), "\(text)")
            #expect(try full.pageFields().answer != .leader)
            let new = try cluster.agreed(after: old.epoch)
            #expect(new.leader != full.name)
        }

        @Test("datagrams of garbage are counted and not answered")
        func garbage() throws {
            let cluster = try Cluster(["n1"])
            let before = try cluster.startAll()
            let host = cluster.hosts[0]
            let port = try #require(host.listen.split(separator: ":").last.flatMap { UInt16($0) })
            let address = SocketAddress(ipv4: (127, 0, 0, 1), port: port)
            var socket = try UDPSocket(bind: SocketAddress(ipv4: (127, 0, 0, 1), port: 0))
            var random = SystemRandomNumberGenerator()
            for length in [1, 2, 3, 17, 100, 300, 1200, 1400, 9000] {
                for _ in 0..<20 {
                    var bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
                    // Some look like the real thing at first.
                    if length > 2, Bool.random(using: &random) {
                        bytes[0] = 1
                        bytes[1] = UInt8.random(in: 0...5, using: &random)
                    }
                    _ = socket.send(bytes, to: address)
                }
            }
            // The daemon has read them when it answers what came after them.
            #expect(try host.leader().epoch == before.epoch)
            var buffer = [UInt8](repeating: 0, count: 2048)
            let answer = try socket.receive(into: &buffer)
            #expect(answer == nil)
            #expect(try host.leader().role == .leader)
            host.program?.send(SIGTERM)
            #expect(try host.program?.waitForEnd() == 0)
            let text = try host.program?.everything() ?? ""
            let counts = try #require(text.split(separator: "dropped in this run: ").last)
            let total = counts.prefix { $0 != "\n" }.split(separator: " ")
                .compactMap { Int($0.split(separator: "=").last ?? "") }.reduce(0, +)
            #expect(total == 180, "\(counts)")
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
