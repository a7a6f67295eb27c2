// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Glibc
import Testing

extension ProcessTests {
    /// A disk is one host's memory: where it was copied, or set back to an older image, that is noticed,
    /// and its host counts no more.
    @Suite("copies and older images", .serialized)
    struct Copies {
        @Test("a disk that was copied is noticed once both copies are heard, and neither counts")
        func copiedDisk() throws {
            let cluster = try Cluster(["n1", "n2", "n3", "n4"], founders: 3)
            let first = try cluster.startAll()
            let original = try #require(
                cluster.hosts.prefix(3).first { $0.name != first.leader }
            )
            let (leader, copy) = (try cluster[first.leader ?? ""], try cluster["n4"])
            // However slow the machine is, no decree says that it is down: it would be written by the
            // one of the two that hears it first, and to that the other is an older image.
            let asked = try leader.run("electctl", ["set", "down-after=10min"])
            #expect(asked.status == 0, "\(asked.text)")
            try original.wait("the setting") { $0.answer.decree == 2 }
            try original.crash()
            try FileManager.default.copyItem(atPath: original.state, toPath: copy.state)
            try original.start()
            _ = try original.waitForLeader()
            try copy.writeConfiguration(name: original.name)
            try copy.start()
            let sentence = "two living copies of \(original.name) are heard"
            #expect(try leader.program?.says(sentence) == true)
            #expect(try original.program?.says(sentence) == true)
            #expect(try copy.program?.says(sentence) == true)
            #expect(try leader.leader().epoch == first.epoch)
            #expect(try original.leader().role == .unsure)
            #expect(try copy.leader().role == .unsure)
        }

        @Test("a copy of the leader's disk is noticed: both let go, and one of the others leads")
        func copiedLeader() throws {
            let cluster = try Cluster(["n1", "n2", "n3", "n4"], founders: 3)
            let first = try cluster.startAll()
            let (original, copy) = (try cluster[first.leader ?? ""], try cluster["n4"])
            let others = cluster.hosts.prefix(3).filter { $0.name != original.name }
            // As it leads: where nothing changes nothing is written, and what is copied is whole.
            try FileManager.default.copyItem(atPath: original.state, toPath: copy.state)
            try copy.writeConfiguration(name: original.name)
            try copy.start()
            // The copy has written since, at its start: by that the original is an older image (R23a).
            #expect(try original.program?.waitForEnd() == 1)
            let text = try original.program?.everything() ?? ""
            #expect(text.contains("this host runs on an older image of its disk: "), "\(text)")
            let sentence = "two living copies of \(original.name) are heard"
            #expect(try copy.program?.says(sentence) == true)
            for host in others {
                let next = try host.waitForLeader(after: first.epoch)
                #expect(others.contains { $0.name == next.leader }, "\(next)")
            }
            #expect(try copy.leader().role == .unsure)
        }

        @Test("an older image of a disk is noticed by the others, set aside, and votes no more")
        func olderImage() throws {
            let cluster = try Cluster()
            let first = try cluster.startAll()
            let host = try #require(cluster.hosts.first { $0.name != first.leader })
            let leader = try cluster[first.leader ?? ""]
            try host.crash()
            let image = "\(cluster.directory)/image"
            try FileManager.default.copyItem(atPath: host.state, toPath: image)
            try host.start()
            _ = try host.waitForLeader()
            for drift in [900, 901, 902] {
                let done = try host.run("electctl", ["set", "drift=\(drift)"])
                #expect(done.status == 0, "\(done.text)")
            }
            try host.crash()
            try FileManager.default.removeItem(atPath: host.state)
            try FileManager.default.moveItem(atPath: image, toPath: host.state)
            try host.start()
            #expect(try host.program?.waitForEnd() == 1)
            let text = try host.program?.everything() ?? ""
            #expect(text.contains("this host runs on an older image of its disk: "), "\(text)")
            #expect(text.contains("its files now end in .lost.1"), "\(text)")
            let other = try #require(
                cluster.hosts.first { text.contains("its disk: \($0.name) knows of write ") }
            )
            let sentence = "\(host.name) runs on an older image of its disk: this host knows of its"
            #expect(try other.program?.says(sentence) == true, "who told it says so as well")
            #expect(try leader.leader().epoch == first.epoch)
        }
    }
}
