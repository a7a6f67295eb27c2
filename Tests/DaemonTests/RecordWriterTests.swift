// SPDX-License-Identifier: Apache-2.0

import Election
import Linux
import Synchronization
import SystemPackage
import Testing

@testable import Daemon

@Suite("the way of records to the disk")
struct RecordWriterTests {
    private let disk = TestDisk()

    private func record(_ number: UInt64) -> Record {
        Record(id: RecordID(number), node: Samples.db1, origin: .join)
    }

    /// Waits until the worker has something to say.
    private func outcomes(_ writer: inout RecordWriter) throws -> [RecordWriter.Outcome] {
        var poller = try Poller()
        try poller.add(writer.descriptor, .readable, token: 1)
        let ready = try poller.wait(timeout: 20_000_000_000)
        #expect(!ready.isEmpty, "the worker is silent")
        return writer.takeOutcomes()
    }

    @Test("a record is stored, and its copy follows after some quiet")
    func stored() throws {
        var writer = try RecordWriter(to: disk)
        writer.write(record(2), at: .now())
        let isBusy = writer.isBusy
        #expect(isBusy)
        #expect(try outcomes(&writer) == [.stored(RecordID(2))])
        let isStillBusy = writer.isBusy
        #expect(!isStillBusy)
        let deadline = writer.deadline
        let due = try #require(deadline)
        writer.mirrorIfDue(at: due + Span(nanoseconds: -1))
        #expect(disk.state.withLock { $0.mirrored } == 0)
        writer.mirrorIfDue(at: due)
        #expect(try outcomes(&writer) == [])
        #expect(disk.state.withLock { $0.mirrored } == 1)
        let next = writer.deadline
        #expect(next == nil)
    }

    @Test("the next record does not wait for the copy of the last")
    func noMirrorBetween() throws {
        var writer = try RecordWriter(to: disk)
        writer.write(record(2), at: .now())
        _ = try outcomes(&writer)
        writer.write(record(3), at: .now())
        let deadline = writer.deadline
        #expect(deadline == nil)
        #expect(try outcomes(&writer) == [.stored(RecordID(3))])
        #expect(disk.state.withLock { $0.written } == [2, 3])
        #expect(disk.state.withLock { $0.mirrored } == 0)
    }

    @Test("a write that fails is told, and so is a copy that fails")
    func failing() throws {
        let failure = SystemError("sync", "record", .ioError)
        var writer = try RecordWriter(to: disk)
        writer.write(record(2), at: .now())
        _ = try outcomes(&writer)
        disk.state.withLock { $0.failure = failure }
        writer.mirrorIfDue(at: .never)
        #expect(try outcomes(&writer) == [.failed(failure)])
        var other = try RecordWriter(to: disk)
        other.write(record(2), at: .now())
        #expect(try outcomes(&other) == [.failed(failure)])
    }

    @Test("what is done aside may fail, and no record is the worse for it")
    func aside() throws {
        let failure = SystemError("write", "history", .noSpace)
        var writer = try RecordWriter(to: disk)
        writer.doAside { () throws(SystemError) in throw failure }
        #expect(try outcomes(&writer) == [.lost(failure)])
        writer.doAside {}
        #expect(try outcomes(&writer).isEmpty, "what goes well is not told")
        writer.write(record(2), at: .now())
        #expect(try outcomes(&writer) == [.stored(RecordID(2))])
    }

    @Test("a disk that hangs keeps nobody waiting")
    func hanging() throws {
        var writer = try RecordWriter(to: disk)
        disk.gate.withLock { _ in
            writer.write(record(2), at: .now())
            let (outcomes, isBusy) = (writer.takeOutcomes(), writer.isBusy)
            #expect(outcomes.isEmpty)
            #expect(isBusy)
        }
        #expect(try outcomes(&writer) == [.stored(RecordID(2))])
    }
}
