// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

@testable import Storage

/// A state directory from the first start to the last.
@Suite struct StateDirectoryTests {
    private let identity = Identity(
        privateKey: [UInt8](repeating: 7, count: 32),
        publicKey: Sample.db1.key
    )
    private let founder = RecordSample.founder.record

    private func created() throws -> FakeDirectory {
        let directory = FakeDirectory()
        _ = try directory.create(identity, founder, ToyHash.self)
        return directory
    }

    private func memory(_ directory: FakeDirectory) throws -> Memory<ToyHash> {
        try directory.recall(ToyHash.self)
    }

    @Test("where nothing ever was, nothing is remembered and nothing is lost")
    func none() throws {
        #expect(try memory(FakeDirectory()) == .none)
    }

    @Test("what is made is remembered: key, record at write 1 in both copies, for its owner alone")
    func create() throws {
        let directory = FakeDirectory()
        let slots = try directory.create(identity, founder, ToyHash.self)
        #expect(try memory(directory) == .whole(identity, founder, slots))
        #expect(directory.files["record"]?.count == 2 << 20)
        #expect(directory.modes == ["identity": 0o600, "record": 0o600])
        directory.badSides = [.a]
        guard case .whole(_, let record, _) = try memory(directory) else {
            Issue.record("the second copy does not stand alone")
            return
        }
        #expect(record == founder)
    }

    @Test(
        "power that fails while the files are made leaves nothing, or an identity that never spoke"
    )
    func crashWhileCreating() throws {
        let expected: [Memory<ToyHash>] = [.none, .lost(.noRecord)]
        for steps in expected.indices {
            let directory = FakeDirectory()
            directory.stepsLeft = steps
            #expect(throws: FakeDirectory.Fault.powerFailed) {
                try directory.create(identity, founder, ToyHash.self)
            }
            #expect(try memory(directory) == expected[steps])
        }
    }

    @Test("one file without the other is a lost memory")
    func oneWithoutTheOther() throws {
        let directory = try created()
        directory.files["identity"] = nil
        #expect(try memory(directory) == .lost(.noIdentity))
    }

    @Test("a damaged identity is a lost memory, a newer one is left alone")
    func identityFile() throws {
        let directory = try created()
        let whole = identity.encoded(ToyHash.self)
        for at in whole.indices {
            var bytes = whole
            bytes[at] ^= 4
            directory.files["identity"] = bytes
            #expect(try memory(directory) == .lost(.brokenIdentity))
            directory.files["identity"] = Array(whole.prefix(at))
            #expect(try memory(directory) == .lost(.brokenIdentity))
        }
        directory.files["identity"] = whole + [0]
        #expect(try memory(directory) == .lost(.brokenIdentity))

        var newer = Array(whole.dropLast(32))
        newer[11] = 2
        directory.files["identity"] = sealed(newer, ToyHash.self)
        let unreadable = Unreadable(file: "identity", reason: "its format is 2")
        #expect(try memory(directory) == .unreadable(unreadable))
    }

    @Test("a bad sector under one copy is passed over, under both it is the disk's error")
    func badSectors() throws {
        let directory = try created()
        for side in Side.allCases {
            directory.badSides = [side]
            guard case .whole(_, let record, var slots) = try memory(directory) else {
                Issue.record("nothing remembered without \(side)")
                continue
            }
            #expect(record == founder)
            let (_, writes) = slots.renew(record)
            #expect(writes.map(\.side) == [side, side.other])
        }
        directory.badSides = Side.allCases
        #expect(throws: FakeDirectory.Fault.badSector) { try memory(directory) }
    }

    @Test("each start writes the record anew, and the next start finds that")
    func renew() throws {
        let directory = try created()
        for number in UInt64(1)...5 {
            guard case .whole(_, let record, var slots) = try memory(directory) else {
                Issue.record("forgotten at start \(number)")
                return
            }
            #expect(record.id == RecordID(number))
            let renewed = try directory.renew(record, &slots)
            #expect(renewed.id == RecordID(number + 1))
        }
    }

    @Test("what a killed run left in the page cache is on the disk before a copy is written over")
    func syncsBeforeRenewing() throws {
        let directory = try created()
        guard case .whole(_, let record, var slots) = try memory(directory) else {
            Issue.record("nothing remembered")
            return
        }
        directory.log = []
        _ = try directory.renew(record, &slots)
        #expect(directory.log == ["sync", "write", "sync", "write", "sync"])
    }

    @Test("power that fails between the two writes of a start, or before a sync, forgets nothing")
    func crashWhileRenewing() throws {
        for steps in 0..<5 {
            let directory = try created()
            guard case .whole(_, let record, var slots) = try memory(directory) else {
                Issue.record("nothing remembered")
                return
            }
            directory.stepsLeft = steps
            #expect(throws: FakeDirectory.Fault.powerFailed) {
                try directory.renew(record, &slots)
            }
            guard case .whole(_, let after, _) = try memory(directory) else {
                Issue.record("lost after \(steps) steps")
                return
            }
            #expect(after.id == RecordID(steps <= 1 ? 1 : 2))
            #expect(after.origin == founder.origin)
        }
    }

    @Test(
        "a lost identity's files are set aside under a free name, and the next start is a first one"
    )
    func setAside() throws {
        let directory = try created()
        directory.files["record"] = [UInt8](repeating: 0, count: 2 << 20)
        #expect(try memory(directory) == .lost(.noWholeCopy))
        #expect(try directory.setAside() == "lost.1")
        #expect(try memory(directory) == .none)
        #expect(directory.files.keys.sorted() == ["identity.lost.1", "record.lost.1"])

        _ = try directory.create(identity, founder, ToyHash.self)
        directory.files["record"] = nil
        #expect(try directory.setAside() == "lost.2")
        #expect(try memory(directory) == .none)
    }

    @Test("power that fails while files are set aside leaves a lost memory, never a silent start")
    func crashWhileSettingAside() throws {
        for steps in 0..<2 {
            let directory = try created()
            directory.files["record"]?.removeAll()
            directory.stepsLeft = steps
            #expect(throws: FakeDirectory.Fault.powerFailed) { try directory.setAside() }
            let lost: LostMemory = steps == 0 ? .noWholeCopy : .noIdentity
            #expect(try memory(directory) == .lost(lost))
        }
    }
}
