// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Linux
import Testing

extension ProcessTests {
    /// What a daemon cannot begin with, or go on with, gets a clear error, and nothing is lost.
    @Suite("refusing", .serialized)
    struct Refusing {
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
            for length in [1, 2, 3, 17, 100, 300, 1200, 1400, 9000] {
                for turn in 0..<20 {
                    var bytes = (1...length).map { UInt8(truncatingIfNeeded: $0 * $0 + 37 * turn) }
                    // Some look like the real thing at first.
                    if length > 2, turn < 12 {
                        bytes[0] = 1
                        bytes[1] = UInt8(turn / 2)
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
    }
}
