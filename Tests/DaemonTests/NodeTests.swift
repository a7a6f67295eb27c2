// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Glibc
import Linux
import Paxos
import Session
import State
import Storage
import Synchronization
import SystemPackage
import Testing

@testable import Daemon

/// A host that is a cluster by itself, with a disk that the test holds in its hand.
final class NodeUnderTest {
    let disk = TestDisk()
    let node: Node
    private let loop: EventLoop
    private let temporary: TemporaryDirectory

    /// - Parameters:
    ///   - name: its name; `db1` founds a cluster by itself, everybody else joins one.
    ///   - versions: what its release speaks.
    ///   - port: where it listens; any if 0.
    ///   - join: whom it asks.
    ///   - settings: what the cluster that it founds begins with.
    init(
        _ name: String = "db1",
        versions: ClosedRange<UInt8> = 1...1,
        port: UInt16 = 0,
        join: [String] = [],
        settings: Settings = Settings()
    ) throws {
        temporary = try TemporaryDirectory()
        loop = try EventLoop()
        let path = "\(temporary.path)/state"
        if name == "db1" {
            let list = InitialList([.init(name: "db1", addresses: ["10.0.0.1:7377"])])
            _ = try prepareToFound(at: path, name: name, list: list)
        }
        let state = try onceUnlocked { try OpenedState(at: path, name: name) }
        let directory = try Directory.open(temporary.path)
        let identity = LeasePage.Identity(
            bootID: try BootClock.bootID(),
            timeNamespace: try BootClock.timeNamespace(),
            name: name
        )
        var random = SystemRandomNumberGenerator()
        let record = state.record
        let sessions = Sessions(
            identity: state.key,
            name: name,
            versions: try #require(
                VersionRange(oldest: versions.lowerBound, newest: versions.upperBound)
            ),
            ring: KeyRing(try #require(ClusterKey(bytes: [UInt8](repeating: 7, count: 32)))),
            using: &random
        )
        let parts = Node.Parts(
            network: try Network(
                listen: [SocketAddress(ipv4: (127, 0, 0, 1), port: port)],
                sessions: sessions,
                lookUp: systemLookUp
            ),
            writer: try RecordWriter(to: disk),
            publisher: Publisher(
                directory: try Directory.open(temporary.path),
                page: try LeasePage(in: directory, identity: identity),
                decided: record.decided,
                inherited: nil,
                at: .now()
            ),
            report: StatusReport(
                name: name,
                clusterName: "test",
                bootID: identity.bootID,
                version: "0.1.0"
            ),
            journal: JournalLines(
                descriptor: unsafe open("\(temporary.path)/journal", O_WRONLY | O_CREAT, 0o600),
                hasPriorities: false
            ),
            seed: random.next(),
            join: join,
            holdLimit: .milliseconds(5000),
            versions: versions,
            history: try History(in: path),
            state: state
        )
        node = Node(parts)
        try node.watch(loop)
        node.begin(
            Recovered(
                record: record,
                member: Member(id: record.node, addresses: ["10.0.0.1:7377"]),
                clusterName: "test",
                settings: settings,
                run: random.next()
            )
        )
    }

    /// One turn of the loop: waits for something or for time, no longer than `limit`, and deals
    /// with it.
    func turn(limit: Span = .milliseconds(10_000)) throws {
        let left = min(limit, max(.zero, node.deadline - .now()))
        let ready = try loop.wait(timeout: left.nanoseconds)
        node.withdrawIfOver()
        for one in ready {
            switch one.token {
            case Token.worker: node.takeCompletions()
            case Token.resolver: node.takeAddresses()
            default: try node.takeDatagrams(from: 0)
            }
        }
        node.passTime()
        node.finishTurn()
    }

    /// What it has said to the operator.
    func journal() throws -> String {
        let bytes = try File.contents("\(temporary.path)/journal", limit: 1 << 16)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What applications see on the page.
    func page() throws -> LeaseFields {
        let bytes = try File.contents("\(temporary.path)/lease", limit: LeasePageLayout.size)
        return try #require(LeaseFields.read(page: bytes)).fields
    }
}

@Suite("the shell round the replica")
struct NodeTests {
    @Test("while the disk hangs nothing is said that is not on it; then everything follows")
    func hangingDisk() throws {
        let host = try NodeUnderTest()
        try host.disk.gate.withLock { _ in
            for _ in 0..<5 { try host.turn() }
            #expect(host.node.leader(at: .now()).role == .unsure)
            #expect(try host.page().answer == .unsure)
            #expect(try host.page().epoch == 0)
        }
        while host.node.leader(at: .now()).role != .leader { try host.turn() }
        #expect(try host.page().answer == .leader)
        #expect(try host.page().epoch == 1)
        #expect(host.node.exit == nil)
    }

    @Test("while the disk hangs the lease is renewed: heartbeats write nothing")
    func renewalWithoutDisk() throws {
        let host = try NodeUnderTest()
        while host.node.leader(at: .now()).role != .leader { try host.turn() }
        try host.disk.gate.withLock { _ in
            let first = try host.page().validUntil
            while try host.page().validUntil == first { try host.turn() }
            #expect(try host.page().answer == .leader)
        }
    }

    @Test("an answer that nobody renews ends by itself, to the nanosecond")
    func expiry() throws {
        let host = try NodeUnderTest()
        while host.node.leader(at: .now()).role != .leader { try host.turn() }
        let end = Int64(host.node.leader(at: .now()).validUntil)
        #expect(host.node.leader(at: Instant(nanoseconds: end - 1)).role == .leader)
        #expect(host.node.leader(at: Instant(nanoseconds: end)).role == .unsure)
    }

    @Test("a sync that hangs under a leader for too long is one that failed: it lets go and ends")
    func endlessSync() throws {
        let host = try NodeUnderTest()
        while host.node.leader(at: .now()).role != .leader { try host.turn() }
        host.node.diskPatience = .milliseconds(50)
        let record = Record(id: RecordID(1 << 32), node: Samples.db1, origin: .join)
        host.disk.gate.withLock { _ in
            host.node.writer.write(record, at: .now())
            while host.node.exit == nil { try? host.turn() }
            #expect(host.node.exit == .failure)
            #expect(host.node.leader(at: .now()).role == .unsure)
        }
        #expect(try host.page().answer == .unsure)
    }

    @Test(
        "so is one that hangs before it may say that it leads: the others are bound to it already"
    )
    func endlessFirstSync() throws {
        // A lease later it would step back by itself: its own disk keeps back its own grant.
        let host = try NodeUnderTest(settings: Settings(leaseMilliseconds: 60_000))
        host.node.diskPatience = .milliseconds(50)
        host.disk.state.withLock { $0.hangs = { record in record.decided != nil } }
        host.disk.gate.withLock { _ in
            let end = Instant.now() + .milliseconds(20_000)
            while host.node.exit == nil, .now() < end {
                try? host.turn(limit: .milliseconds(100))
            }
            #expect(host.node.exit == .failure)
            #expect(host.node.publisher.published.decree == nil)
        }
    }

    @Test("a failed sync ends the run: withdrawn, said, never tried again")
    func failingDisk() throws {
        let host = try NodeUnderTest()
        while host.node.leader(at: .now()).role != .leader { try host.turn() }
        host.disk.state.withLock { $0.failure = SystemError("sync", "record", .ioError) }
        // A lost copy is as bad as a lost record: the next one would rest on it.
        while host.node.exit == nil { try host.turn() }
        #expect(host.node.exit == .failure)
        #expect(host.node.leader(at: .now()).role == .unsure)
        #expect(try host.page().answer == .unsure)
        let written = host.disk.state.withLock { $0.written.count }
        for _ in 0..<3 { try host.turn() }
        #expect(host.disk.state.withLock { $0.written.count } == written)
    }

    @Test("who wakes after its lease takes the page back before it does anything else (R16)")
    func waking() throws {
        let host = try NodeUnderTest()
        while host.node.leader(at: .now()).role != .leader { try host.turn() }
        // The process stands still, as under SIGSTOP; the page goes on saying what it said.
        while Instant.now() <= host.node.publisher.published.validUntil { usleep(1_000) }
        #expect(try host.page().answer == .leader)
        host.node.withdrawIfOver()
        #expect(try host.page().answer == .unsure)
    }

    @Test("told to stop, it gives up its lease and closes the page")
    func stopping() throws {
        let host = try NodeUnderTest()
        while host.node.leader(at: .now()).role != .leader { try host.turn() }
        host.node.stop()
        while host.node.exit == nil { try host.turn() }
        #expect(host.node.exit == .success)
        host.node.close()
        #expect(try host.page().answer == .closed)
        #expect(try host.page().epoch == 1)
    }

    @Test("told to make way for a restart, it waits for its disk and leaves the page alone")
    func restarting() throws {
        let host = try NodeUnderTest()
        while host.node.leader(at: .now()).role != .leader { try host.turn() }
        let before = try host.page()
        host.node.leaveForRestart()
        while host.node.exit == nil { try host.turn() }
        host.node.close()
        #expect(try host.page().answer == .leader)
        #expect(try host.page().validUntil >= before.validUntil)
    }
}
