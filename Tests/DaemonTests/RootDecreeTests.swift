// SPDX-License-Identifier: Apache-2.0

import Election
import FakeElectd
import Linux
import Paxos
import Storage
import Testing

@testable import Daemon
@testable import State

@Suite("the first decree of a recovered cluster")
struct RootDecreeTests {
    private let decided = Samples.decree(slot: 7, epoch: 4, leader: Samples.db2)

    private func record(_ node: NodeID = Samples.db1) -> Record {
        Record(
            id: RecordID(9),
            node: node,
            origin: .join,
            decided: decided,
            promised: Ballot(round: 12, owner: Samples.db2),
            accepted: Proposal(
                ballot: Ballot(round: 12, owner: Samples.db2),
                value: Samples.decree(slot: 8, epoch: 5)
            ),
            maxLease: .milliseconds(500)
        )
    }

    private func root(
        _ kept: [String] = ["db1", "db3"],
        random: UInt64 = 1
    ) throws -> ClusterState {
        try record().root(keeping: kept, after: decided, random: random)
    }

    @Test(
        "the survivor alone votes and leads; who is kept waits, down, to come with a new identity"
    )
    func members() throws {
        let state = try root()
        #expect(state.voters == [Samples.db1] && state.leader == Samples.db1)
        #expect(state.members.map(\.id) == [Samples.db1, Samples.db3])
        #expect(state.members[1].role == .observer && state.members[1].asked == .voter)
        #expect(!state.members[1].isUp && state.members[0].isUp)
        #expect(state.objection == nil)
        #expect(state.slot == 8 && state.previous == decided.id)
        #expect(state.cause == .recovered && state.askedBy == "db1")
    }

    @Test("a survivor that could not lead can now: nobody else does")
    func witness() throws {
        var state = decided.state
        state.members[0].role = .witness
        state.members[0].priority = 0
        state.members[0].isDrained = true
        let decree = Decree(state, digest: SHA256Digest.self)
        let root = try record().root(keeping: [], after: decree, random: 1)
        #expect(root.members.count == 1 && root.members[0].mayLead)
    }

    @Test("its name is its own digest, and no recovery's epoch is below one that ever was")
    func identity() throws {
        let one = Decree(try root(random: 1), digest: SHA256Digest.self)
        let other = Decree(try root(random: 2), digest: SHA256Digest.self)
        #expect(one.cluster == one.id && other.cluster == other.id)
        #expect(one.cluster != decided.cluster && one.cluster != other.cluster)
        #expect(one.epoch == 1 << 32 && other.epoch == 2 << 32)
        let again = try record().root(
            keeping: [],
            after: Samples.decree(slot: 9, epoch: 65_536 << 32 + 7),
            random: 65_536
        )
        #expect(again.epoch == 131_072 << 32)
    }

    @Test("what was promised and granted still binds, what was accepted does not")
    func memory() throws {
        let root = Decree(try root(), digest: SHA256Digest.self)
        let after = record().recovered(by: root)
        #expect(after.decided == root && after.accepted == nil)
        #expect(after.promised == record().promised && after.maxLease == .milliseconds(500))
        #expect(after.node == Samples.db1)
    }

    @Test("who is not a member is not kept, and who is none does not recover")
    func refused() {
        #expect(throws: RootError.noMember("db9", members: ["db1", "db2", "db3"])) {
            try root(["db9"])
        }
        #expect(throws: RootError.isNoMember("db4")) {
            try record(Samples.node("db4", 4)).root(keeping: [], after: decided, random: 1)
        }
    }

    @Test("a state directory is recovered once it is no longer in use, and follows once")
    func directory() throws {
        let temporary = try TemporaryDirectory()
        let path = "\(temporary.path)/state"
        do {
            let state = try onceUnlocked { try OpenedState(at: path, name: "db1") }
            var record = state.record
            record.id = RecordID(record.id.number + 1)
            var cluster = decided.state
            cluster.members[0].id = record.node
            cluster.leader = record.node
            record.decided = Decree(cluster, digest: SHA256Digest.self)
            try state.place.write(record)
            #expect(throws: RecoveringError.self) { try recover(at: path, keeping: []) }
        }
        let root = try onceUnlocked { try recover(at: path, keeping: ["db3"]) }
        #expect(try inspect(path).decided == root)
        #expect(try onceUnlocked { try followRecovery(at: path) } == "lost.1")
        #expect(try onceUnlocked { try followRecovery(at: path) } == nil)
        #expect(throws: RecoveringError.self) { try inspect(path) }
        let fresh = try onceUnlocked { try OpenedState(at: path, name: "db1") }
        #expect(fresh.record.origin == .join && fresh.record.decided == nil)
    }
}

@Suite("what a host says that waits to join")
struct JoinNoticeTests {
    @Test("nothing at first, then what may be wrong, then nothing for a minute")
    func waiting() {
        var notice = JoinNotice()
        func due(_ at: Int64, hasPeers: Bool = false) -> String? {
            notice.due(
                isWaiting: true,
                join: ["10.0.0.1:7377"],
                hasPeers: hasPeers,
                at: Samples.at(at)
            )
        }
        #expect(due(0) == nil && due(2_999) == nil)
        #expect(due(3_000)?.hasPrefix("nobody answers at 10.0.0.1:7377 (Join=): ") == true)
        #expect(due(3_001) == nil && due(62_999) == nil)
        #expect(due(63_000) != nil)
        #expect(due(200_000, hasPeers: true) == nil)
        #expect(due(200_001) == nil, "it begins anew")
    }

    @Test("without Join= it says how a cluster is joined or founded")
    func nowhere() {
        var notice = JoinNotice()
        func due(_ isWaiting: Bool, _ at: Int64) -> String? {
            notice.due(isWaiting: isWaiting, join: [], hasPeers: false, at: Samples.at(at))
        }
        #expect(due(false, 0) == nil && due(false, 9_000) == nil)
        #expect(due(true, 10_000) == nil)
        #expect(due(true, 13_000)?.contains("write Join= in [Cluster]") == true)
    }
}
