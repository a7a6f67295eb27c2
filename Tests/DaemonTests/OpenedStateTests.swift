// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Glibc
import Linux
import Paxos
import Storage
import Testing

@testable import Daemon
@testable import State

@Suite("what a start finds in the state directory")
struct OpenedStateTests {
    private let temporary: TemporaryDirectory
    private var path: String { "\(temporary.path)/state" }
    private let list = InitialList([.init(name: "db1", addresses: ["10.0.0.1:7377"])])

    init() throws { temporary = try TemporaryDirectory() }

    private func start() throws -> OpenedState {
        try onceUnlocked { try OpenedState(at: path, name: "db1") }
    }

    private func found(_ list: InitialList) throws -> Founding {
        try onceUnlocked { try prepareToFound(at: path, name: "db1", list: list) }
    }

    /// What a start says that does not come about.
    private func refusal(name: String = "db1", isLocked: Bool = false) throws -> StartupError? {
        func attempt() throws -> OpenedState { try OpenedState(at: path, name: name) }
        do {
            let state = isLocked ? try attempt() : try onceUnlocked(attempt)
            Issue.record("started on \(state.record)")
            return nil
        } catch let error as StartupError {
            return error
        }
    }

    @Test("nothing: a new identity, which may join and never found")
    func nothing() throws {
        let state = try start()
        #expect(state.record.origin == .join)
        #expect(state.record.node.name == "db1")
        #expect(state.record.id == RecordID(2), "made at 1, and written anew")
        #expect(state.remarks.isEmpty)
        let status = try File.contents("\(path)/identity", limit: 4096)
        #expect(status.count == Identity.fileLength)
    }

    @Test("a voter of a cluster whose protocol version this release lacks is not started")
    func olderRelease() throws {
        do {
            let state = try start()
            var decided = Samples.decree().state
            decided.members[0].id = state.record.node
            decided.leader = state.record.node
            var record = state.record
            record.id = RecordID(record.id.number + 1)
            record.decided = Decree(decided, digest: SHA256Digest.self)
            try state.place.write(record)
        }
        do {
            _ = try onceUnlocked { try OpenedState(at: path, name: "db1", versions: 2...3) }
            Issue.record("it started")
        } catch let error as StartupError {
            #expect(
                error.sentence == """
                    \(path): its cluster speaks protocol version 1, and this release 2 to 3: nothing \
                    was touched; install a release that speaks it
                    """
            )
            #expect(error.exitCode == .failure)
        }
        #expect(try start().record.decided?.slot == 7)
    }

    @Test("each start writes the record anew, and the identity stays")
    func again() throws {
        var nodes: [NodeID] = []
        for number in 2...4 {
            let state = try start()
            #expect(state.record.id == RecordID(UInt64(number)))
            nodes.append(state.record.node)
        }
        #expect(Set(nodes).count == 1)
    }

    @Test("what was written last is what the next start remembers")
    func remembered() throws {
        do {
            let state = try start()
            var record = state.record
            record.id = RecordID(3)
            record.maxLease = .milliseconds(700)
            try state.place.write(record)
            try state.place.mirror()
        }
        let state = try start()
        #expect(state.record.maxLease == .milliseconds(700))
        #expect(state.record.id == RecordID(4))
    }

    @Test("a lost memory is set aside, said, and replaced by a new identity that joins")
    func lost() throws {
        _ = try found(list)
        let old = try start().record.node
        let directory = try Directory.open(path)
        try directory.remove("record")
        let state = try start()
        #expect(state.record.node != old)
        #expect(state.record.origin == .join, "a host that lost its disk never founds (R20)")
        #expect(state.remarks.count == 1)
        #expect(state.remarks.first?.contains("has lost its memory") == true)
        #expect(try directory.contains("identity.lost.1"))
    }

    @Test("a tombstone ends every later start with 77, and says what to do")
    func tombstone() throws {
        let node = try start().record.node
        let directory = try Directory.open(path)
        let written = Tombstone(of: "db1", by: Samples.decree(), time: "2026-11-21T01:20:01Z")
        try written.write(in: directory)
        for _ in 0..<2 {
            let error = try refusal()
            #expect(error?.exitCode == .removed)
            #expect(
                error?.sentence
                    == "db1 was removed from the cluster test (\(Samples.decree().cluster)), as it "
                    + "learned by decree 7 at 2026-11-21T01:20:01Z: it votes no more; to have it join "
                    + "again, as a new host, move \(path) away and start electd with Join= in "
                    + "[Cluster]"
            )
        }
        // What is under the stone was not touched.
        try directory.remove(Tombstone.name)
        #expect(try start().record.node == node)
    }

    @Test("another name than the record's is refused with 78, and nothing is changed")
    func otherName() throws {
        _ = try start()
        let error = try refusal(name: "db2")
        #expect(error?.exitCode == .configuration)
        #expect(
            error?.sentence.contains("is the state of db1, and Name= in [Node] says db2") == true
        )
        #expect(try start().record.id == RecordID(3))
    }

    @Test("a second start beside the first is refused with a sentence")
    func locked() throws {
        let first = try start()
        let error = try refusal(isLocked: true)
        #expect(error?.exitCode == .failure)
        #expect(error?.sentence.contains("uses this directory; stop it") == true)
        _ = first.record
    }

    @Test("a path that is no directory is refused with a sentence")
    func noDirectory() throws {
        try temporary.replace("state", with: [1])
        #expect(try refusal()?.sentence.contains("the state directory cannot be opened") == true)
    }

    @Test("init makes a founder, once; the same again changes nothing; another list is refused")
    func founding() throws {
        let first = try found(list)
        guard case .prepared(let node) = first else {
            Issue.record("\(first)")
            return
        }
        #expect(try found(list) == .alreadyPrepared(node))
        let longer = InitialList(list.entries + [.init(name: "db2", addresses: ["10.0.0.2:7377"])])
        #expect(throws: FoundingError.isPrepared(path: path, asName: "db1", members: ["db1"])) {
            try found(longer)
        }
        // The names are the same: what tells the lists apart is shown.
        let moved = InitialList([.init(name: "db1", addresses: ["10.9.9.9:7377"])])
        let before = list.entries[0].addresses.joined(separator: ",")
        let shown = FoundingError.isPrepared(path: path, asName: "db1", members: ["db1=\(before)"])
        #expect(throws: shown) { try found(moved) }
        let state = try start()
        #expect(state.record.origin == .bootstrap(list))
        #expect(state.record.node == node)
    }

    @Test("init that finds no room leaves nothing behind, and succeeds when there is room")
    func foundedWithoutRoom() throws {
        // In place of a full disk: the file cannot be made, since a directory has its name.
        let obstacle = "\(path)/.record.new"
        #expect(unsafe mkdir(path, 0o700) == 0 && mkdir(obstacle, 0o700) == 0)
        #expect(throws: FoundingError.self) { try found(list) }
        #expect(unsafe rmdir(obstacle) == 0)
        guard case .prepared = try found(list) else {
            Issue.record("half of an identity was left")
            return
        }
    }

    @Test("init refuses where the daemon waits to join, and where there is a decree")
    func foundingRefused() throws {
        do {
            let state = try start()
            #expect(throws: FoundingError.self) {
                try prepareToFound(at: path, name: "db1", list: list)
            }
            _ = state.record
        }
        #expect(throws: FoundingError.isJoining(path: path)) {
            try found(list)
        }
        let decree = Samples.decree()
        do {
            let state = try start()
            var record = state.record
            record.id = RecordID(record.id.number + 1)
            record.decided = decree
            try state.place.write(record)
        }
        #expect(throws: FoundingError.isMember(path: path, cluster: decree.cluster)) {
            try found(list)
        }
    }
}
