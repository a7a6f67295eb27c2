// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import FoundationEssentials
import Linux
import Testing

@testable import Daemon

@Suite("the history")
struct HistoryTests {
    private let temporary: TemporaryDirectory
    private var file: URL { URL(filePath: "\(temporary.path)/history") }

    init() throws { temporary = try TemporaryDirectory() }

    private func lines() throws -> [String] {
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// A history whose lines are all in the file.
    private func write(_ slots: ClosedRange<UInt64>) throws {
        var history = try History(in: temporary.path)
        try history.begin(nil)?()
        for slot in slots { try history.note(Samples.decree(slot: slot), at: 1_795_224_001)() }
    }

    private func slots(_ history: borrowing History) -> [UInt64] {
        history.lines.compactMap { HistoryEntry(line: $0)?.decree }
    }

    /// The slots that a start finds.
    private func found() throws -> [UInt64] {
        var history = try History(in: temporary.path)
        try history.begin(nil)?()
        return slots(history)
    }

    @Test("what was noted in one run is there in the next")
    func kept() throws {
        #expect(try found().isEmpty)
        try write(1...3)
        try write(4...5)
        #expect(try found() == [1, 2, 3, 4, 5])
        let first = try lines()[0]
        #expect(
            first == #"""
                {"time":"2026-11-21T01:20:01Z","decree":1,"epoch":4,"leader":"db1",\#
                "change":"members db1 db2 db3","cause":"expired","asked_by":""}
                """#
        )
    }

    @Test("a torn last line is dropped, and the next one stands on a line of its own")
    func torn() throws {
        try write(1...3)
        let whole = try Data(contentsOf: file)
        // Wherever a crash has cut it: the first two lines are whole.
        let start = whole.count - whole.split(separator: 10)[2].count - 1
        for cut in [start + 1, start + 40, whole.count - 1] {
            try Data(whole.prefix(cut)).write(to: file)
            #expect(try found() == [1, 2], "cut at \(cut) of \(whole.count)")
            try write(4...4)
            #expect(try found() == [1, 2, 4])
        }
    }

    @Test("a line that could not be written is written with the next one")
    func lost() throws {
        try write(1...3)
        var history = try History(in: temporary.path)
        try history.begin(nil)?()
        // What the worker would do, and the disk has no room for.
        _ = history.note(Samples.decree(slot: 4), at: 1_795_224_001)
        history.lose()
        try history.note(Samples.decree(slot: 5), at: 1_795_224_001)()
        try history.note(Samples.decree(slot: 6), at: 1_795_224_001)()
        #expect(try found() == [1, 2, 3, 4, 5, 6])
    }

    @Test("a line that makes no sense is dropped, and those round it stay")
    func garbage() throws {
        try write(1...2)
        let whole = try Data(contentsOf: file)
        try (whole + Data("{}\n\u{0}\n".utf8) + whole).write(to: file)
        #expect(try found() == [1, 2, 1, 2])
        #expect(try lines().count == 5, "it is cleaned up in the file as well")
    }

    @Test("the last 1,024 are kept, and the file does not grow without an end")
    func bounded() throws {
        try write(1...3000)
        let slots = try found()
        #expect(slots == Array(1977...3000))
        #expect(try lines().count <= 2 * History.count + 1)
        try write(3001...3001)
        #expect(try found() == Array(1978...3001))
    }

    @Test("a start writes down the decree of the record if its line was lost")
    func begun() throws {
        try write(1...3)
        do {
            var history = try History(in: temporary.path)
            #expect(history.begin(Samples.decree(slot: 3)) == nil, "nothing is to be done")
            #expect(history.lines.count == 3)
        }
        do {
            var history = try History(in: temporary.path)
            try history.begin(Samples.decree(slot: 5))?()
        }
        #expect(try found() == [1, 2, 3, 5])
    }

    @Test("a file that cannot be read is said and is in nobody's way")
    func unreadable() throws {
        try FileManager.default.createDirectory(
            atPath: "\(temporary.path)/history",
            withIntermediateDirectories: false
        )
        var history = try History(in: temporary.path)
        #expect(history.remark?.contains("nothing depends on it") == true)
        let job = history.note(Samples.decree(slot: 1), at: 0)
        #expect(throws: SystemError.self, "its line is lost") { try job() }
        #expect(slots(history) == [1])
    }
}

@Suite("what is different between two decrees")
struct DecreeChangeTests {
    private let old = Samples.decree().state

    private func text(_ change: (inout ClusterState) -> Void) -> String {
        var new = old
        change(&new)
        return DecreeChange.text(from: old, to: new)
    }

    @Test("nothing, and everything")
    func ends() {
        #expect(text { _ in } == "nothing")
        var new = old
        new.members[2].role = .witness
        #expect(DecreeChange.text(from: nil, to: new) == "members db1 db2 db3 (witness)")
    }

    @Test("each thing that an operator may change, and what happens by itself")
    func each() {
        #expect(text { $0.leader = Samples.db2 } == "leader db1 to db2")
        #expect(text { $0.members.removeLast() } == "db3 gone")
        #expect(
            text { $0.members.append(Member(id: Samples.node("db4", 4), role: .observer)) }
                == "db4 joined as observer"
        )
        #expect(text { $0.members[1].id = Samples.node("db2", 9) } == "db2 has a new identity")
        #expect(text { $0.members[1].role = .observer } == "db2 voter to observer")
        #expect(text { $0.members[1].isUp = false } == "db2 down")
        #expect(text { $0.members[1].isDrained = true } == "db2 drained")
        #expect(text { $0.members[1].priority = 7 } == "db2 priority 100 to 7")
        #expect(text { $0.members[1].addresses = ["a:1", "b:2"] } == "db2 at a:1 b:2")
        #expect(text { $0.members[1].labels = [] } == "db2 without labels")
        #expect(text { $0.settings.leaseMilliseconds = 300 } == "lease 500 ms to 300 ms")
        #expect(text { $0.settings.admission = .approve } == "admission open to approve")
        #expect(
            text { $0.announced = [Announcement(name: "db5", role: .voter)] }
                == "db5 may join as voter"
        )
        #expect(
            text { $0.pause = Pause(milliseconds: 60_000, since: 8) } == "paused for 60000 ms"
        )
    }

    @Test("several at once stand side by side, and too many are cut off")
    func many() {
        #expect(
            text { state in
                state.leader = Samples.db2
                state.members.removeFirst()
                state.settings.heartbeatMilliseconds = 50
            } == "leader db1 to db2, db1 gone, heartbeat 100 ms to 50 ms"
        )
        let long = text { state in
            state.members += (0..<100).map { Member(id: Samples.node("host\($0)", UInt8($0 + 9))) }
        }
        #expect(long.count == 301 && long.hasSuffix("…"))
    }
}
