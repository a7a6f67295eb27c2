// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import Glibc
import Testing

/// All suites with processes are inside of this one, so that they run one after another.
@Suite("electd, as processes on one machine", .serialized)
struct ProcessTests {}

extension ProcessTests {
    @Suite("electing", .serialized)
    struct Electing {
        @Test("three hosts that were prepared alike elect one of them, under epoch 1")
        func three() throws {
            let cluster = try Cluster()
            let leader = try cluster.startAll()
            #expect(leader.epoch == 1)
            let statuses = try cluster.hosts.map { try $0.status() }
            for status in statuses {
                #expect(status.cluster == "test")
                #expect(status.clusterID == statuses[0].clusterID)
                #expect(status.members.map(\.name) == ["n1", "n2", "n3"])
                #expect(status.quorum.needed == 2)
                #expect(status.members.filter(\.leader).map(\.name) == [leader.leader])
            }
            #expect(statuses.count { $0.answer.role == .leader } == 1)
        }

        @Test("one host alone is a cluster")
        func one() throws {
            let cluster = try Cluster(["n1"])
            let leader = try cluster.startAll()
            #expect(leader.role == .leader)
            #expect(leader.leader == "n1")
        }

        @Test("when the leader is killed, another leads under a higher epoch")
        func kill() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            try cluster[old.leader ?? ""].crash()
            let new = try cluster.agreed(after: old.epoch)
            #expect(new.leader != old.leader)
            #expect(new.epoch == old.epoch + 1)

            // The killed one comes back and follows; what it finds on its disk does not make it lead.
            let back = try cluster[old.leader ?? ""]
            try back.start()
            let answer = try back.waitForLeader(after: old.epoch)
            #expect(answer.role == .follower)
            #expect(answer.epoch >= new.epoch)
        }

        @Test("a leader that was stopped past its lease says unsure before anything else")
        func stopAndContinue() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let stopped = try cluster[old.leader ?? ""]
            var watch = try Watch(socket: stopped.socket)
            guard case .snapshot(let before) = try watch.next() else {
                throw Failure("the first notice is no snapshot")
            }
            #expect(before.answer.role == .leader)
            var page = try LeasePageReader(path: stopped.page)

            stopped.program?.send(SIGSTOP)
            let others = cluster.hosts.filter { $0.name != stopped.name }
            for host in others {
                #expect(try host.waitForLeader(after: old.epoch).leader != old.leader)
            }
            // Nobody takes the page back while its writer stands still; its own end does.
            let leads = page.leads()
            #expect(!leads)
            #expect(try stopped.pageFields().answer == .leader)

            stopped.program?.send(SIGCONT)
            var said: [Role] = []
            while !said.contains(.follower) {
                guard case .event(let event) = try watch.next(timeout: .seconds(20)) else {
                    throw Failure("the stream of \(stopped.name) broke: \(said)")
                }
                said.append(event.status.answer.role)
                if event.status.answer.role == .leader {
                    #expect(event.status.answer.epoch > old.epoch)
                }
            }
            #expect(said.first == .unsure)
        }

        @Test("who asked while the leader was stopped is not told that it leads")
        func askedWhileStopped() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let stopped = try cluster[old.leader ?? ""]
            let early = try Caller(stopped.socket)
            early.send(Call(.getLeader).bytes())
            #expect(early.readReply().contains("\"role\":\"leader\""))

            stopped.program?.send(SIGSTOP)
            // The question waits in the socket, and the lease ends meanwhile.
            early.send(Call(.getLeader).bytes())
            let late = try Caller(stopped.socket)
            late.send(Call(.getLeader).bytes())
            for host in cluster.hosts where host.name != stopped.name {
                #expect(try host.waitForLeader(after: old.epoch).leader != old.leader)
            }

            stopped.program?.send(SIGCONT)
            let first = early.readReply()
            #expect(first.contains("\"role\":\"unsure\""), "\(first)")
            // Who has to be let in first may be answered when it follows the new one already.
            let second = late.readReply()
            #expect(second.contains("\"role\":"))
            #expect(!second.contains("\"role\":\"leader\""), "\(second)")
        }

        @Test("a leader that is told to stop hands over at once, and ends with 0")
        func handOver() throws {
            let cluster = try Cluster(election: "Lease=10s")
            let old = try cluster.startAll()
            let leaving = try cluster[old.leader ?? ""]
            leaving.program?.send(SIGTERM)
            #expect(try leaving.program?.waitForEnd() == 0)
            // With a lease of ten seconds nobody could have waited for its end.
            let new = try cluster.agreed(after: old.epoch)
            #expect(new.leader != old.leader)
            #expect(try leaving.pageFields().answer == .closed)
            let fields = try leaving.pageFields()
            #expect(fields.validUntil == 0)
        }

        @Test("a follower that is told to stop ends with 0 and changes nothing")
        func followerStops() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let follower = try #require(cluster.hosts.first { $0.name != old.leader })
            follower.program?.send(SIGTERM)
            #expect(try follower.program?.waitForEnd() == 0)
            let leader = try cluster[old.leader ?? ""].leader()
            #expect(leader.role == .leader)
            #expect(leader.epoch == old.epoch)
        }

        @Test("leadership is transferred to the host that is asked for")
        func transfer() throws {
            let cluster = try Cluster()
            let old = try cluster.startAll()
            let next = try #require(cluster.hosts.last { $0.name != old.leader })
            let asked = try #require(cluster.hosts.first { $0.name != old.leader })
            let done = try asked.run("electctl", ["transfer", "--to", next.name])
            #expect(done.status == 0, "\(done.text)")
            // The host that was asked does not lead; what it says is what has come of it all the same.
            #expect(done.text.contains(next.name), "\(done.text)")
            #expect(done.text.contains("epoch \(old.epoch + 1)"), "\(done.text)")
            let new = try cluster.agreed(after: old.epoch)
            #expect(new.leader == next.name)
        }
    }
}
