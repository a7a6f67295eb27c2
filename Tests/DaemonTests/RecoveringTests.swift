// SPDX-License-Identifier: Apache-2.0

import Election
import FakeElectd
import Linux
import Paxos
import Storage
import Testing

@testable import Daemon
@testable import State

@Suite("what 'electctl recover' does to a state directory")
struct RecoveringTests {
    private let decided = Samples.decree(slot: 7, epoch: 4, leader: Samples.db2)

    @Test("a state directory is recovered once it is no longer in use")
    func directory() throws {
        let temporary = try TemporaryDirectory()
        let path = "\(temporary.path)/state"
        do {
            let state = try belong(at: path)
            #expect(throws: RecoveringError.self) { try recover(at: path, keeping: []) }
            _ = consume state
        }
        let root = try onceUnlocked { try recover(at: path, keeping: ["db3"]) }
        #expect(try inspect(path).decided == root)
        // The new cluster is here and nowhere else.
        #expect(throws: RecoveringError.self) { try onceUnlocked { try followRecovery(at: path) } }
        #expect(try inspect(path).decided == root)
    }

    @Test("a survivor that follows puts its files aside once")
    func following() throws {
        let temporary = try TemporaryDirectory()
        let path = "\(temporary.path)/state"
        do { _ = try belong(at: path) }
        #expect(try onceUnlocked { try followRecovery(at: path) } == "lost.1")
        #expect(try onceUnlocked { try followRecovery(at: path) } == nil)
        #expect(throws: RecoveringError.self) { try inspect(path) }
        let fresh = try onceUnlocked { try OpenedState(at: path, name: "db1") }
        #expect(fresh.record.origin == .join && fresh.record.decided == nil)
    }

    /// The files of a host that is a voter of the cluster, as long as they are open.
    private func belong(at path: String) throws -> OpenedState {
        let state = try onceUnlocked { try OpenedState(at: path, name: "db1") }
        var record = state.record
        record.id = RecordID(record.id.number + 1)
        var cluster = decided.state
        cluster.members[0].id = record.node
        cluster.leader = record.node
        record.decided = Decree(cluster, digest: SHA256Digest.self)
        try state.place.write(record)
        return state
    }
}

@Suite("what 'electctl recover --follow' leaves alone")
struct FollowingTests {
    @Test("the files of a later release, and the tombstone beside them")
    func laterRelease() throws {
        let temporary = try TemporaryDirectory()
        let directory = try Directory.create("\(temporary.path)/state", mode: 0o700)
        let content = Array("electkey".utf8) + [0, 0, 0, 2] + [UInt8](repeating: 7, count: 64)
        let identity = content + SHA256Digest.checksum(content)
        try directory.replace("identity", with: identity, mode: 0o600, durable: false)
        try directory.replace("record", with: [1], mode: 0o600, durable: false)
        try Tombstone(of: "db1", by: nil, time: "today").write(in: directory)
        let reason = "another release of electd wrote it; install that one, nothing was changed"
        #expect(throws: RecoveringError.nothing(path: directory.path, reason: reason)) {
            try followRecovery(at: directory.path)
        }
        #expect(try Tombstone(in: directory) != nil)
        #expect(try directory.contents("identity", limit: 200) == identity)
    }

    @Test("where there is nothing but a tombstone, that goes")
    func tombstoneAlone() throws {
        let temporary = try TemporaryDirectory()
        let directory = try Directory.create("\(temporary.path)/state", mode: 0o700)
        try Tombstone(of: "db1", by: nil, time: "today").write(in: directory)
        #expect(try followRecovery(at: directory.path) == nil)
        #expect(try Tombstone(in: directory) == nil)
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
