// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

@testable import Storage

/// What a start makes of two copies after a crash, a rotten disk, or somebody's restored backup.
@Suite struct RecoveryTests {
    private let voter = RecordSample.voter.record

    @Test("a write that is torn at any byte leaves the old record or the new one")
    func torn() throws {
        let (old, new) = (voter.numbered(8), voter.numbered(9))
        var slots = RecordSlots<ToyHash>(a: RecordID(8), b: RecordID(7))
        let write = slots.next(new)
        #expect(write.side == .b)
        for count in 0...write.bytes.count {
            var areas = Areas(old, voter.numbered(7))
            areas.perform(write, upTo: count)
            let record = try areas.recovered().record
            #expect(record == (count == write.bytes.count ? new : old), "torn at \(count)")
        }
    }

    @Test("a write over a longer or a shorter copy is no different")
    func otherLengths() throws {
        let long = voter
        let short = RecordSample.joiner.record
        for (old, new) in [(long, short), (short, long)] {
            var slots = RecordSlots<ToyHash>(a: RecordID(8), b: RecordID(8))
            let write = slots.next(new.numbered(9))
            for count in 0...write.bytes.count {
                var areas = Areas(old.numbered(8), old.numbered(8))
                areas.perform(write, upTo: count)
                let expected = count == write.bytes.count ? new.numbered(9) : old.numbered(8)
                #expect(try areas.recovered().record == expected, "torn at \(count)")
            }
        }
    }

    @Test("blocks that reach the disk in any order leave the old record or the new one")
    func shuffled() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("storage: torn blocks from seed \(seed)")
        var chance = SplitMix64(seed: seed)
        let (old, new) = (voter.numbered(8), voter.numbered(9))
        let bytes = RecordCopy.bytes(of: new, ToyHash.self)
        for _ in 0..<200 {
            var areas = Areas(voter.numbered(7), old)
            areas.a += [UInt8](repeating: 0, count: max(0, bytes.count - areas.a.count))
            for start in stride(from: 0, to: bytes.count, by: 64) where chance.below(2) == 0 {
                let range = start..<min(start + 64, bytes.count)
                areas.a.replaceSubrange(range, with: bytes[range])
            }
            let record = try areas.recovered().record
            #expect(record == old || record == new)
            #expect((record == new) == areas.a.starts(with: bytes))
        }
    }

    @Test(
        "a copy with any bit turned round is passed over for the other one",
        arguments: Side.allCases
    )
    func rotten(side: Side) throws {
        let record = voter.numbered(8)
        let whole = Areas(record, record)
        for at in whole.a.indices {
            var areas = whole
            let bit: UInt8 = 1 << (at % 8)
            if side == .a { areas.a[at] ^= bit } else { areas.b[at] ^= bit }
            var (recovered, slots) = try areas.recovered()
            #expect(recovered == record)
            // The first thing that is written goes over the rotten copy.
            let write = slots.next(record.numbered(9))
            #expect(write.side == side)
        }
    }

    @Test("every bit of a copy counts")
    func everyBit() {
        let whole = Areas(RecordSample.joiner.record, nil)
        for at in whole.a.indices {
            for bit in 0..<8 {
                var areas = whole
                areas.a[at] ^= 1 << bit
                #expect(areas.recovery() == .lost(.noWholeCopy))
            }
        }
    }

    @Test("without a whole copy the memory is lost")
    func nothingWhole() {
        #expect(Areas(nil, nil).recovery() == .lost(.noWholeCopy))
        var areas = Areas(voter, voter)
        areas.a[100] ^= 1
        areas.b[200] ^= 1
        #expect(areas.recovery() == .lost(.noWholeCopy))
        areas.a = [UInt8](repeating: 0, count: RecordCopy.areaLength)
        #expect(areas.recovery() == .lost(.noWholeCopy))
    }

    @Test("two different copies of one number are a lost memory, two equal ones are not")
    func contradiction() throws {
        var other = voter.numbered(8)
        other.promised = Ballot(round: 500, owner: Sample.db2)
        let areas = Areas(voter.numbered(8), other)
        #expect(areas.recovery() == .lost(.contradiction(RecordID(8))))
        let same = Areas(voter.numbered(8), voter.numbered(8))
        #expect(try same.recovered().record == voter.numbered(8))
    }

    @Test("copies more than one write apart are a lost memory, copies one apart are not")
    func apart() throws {
        let gap = Areas(voter.numbered(8), voter.numbered(10))
        #expect(gap.recovery() == .lost(.apart(RecordID(8), RecordID(10))))
        let swapped = Areas(voter.numbered(10), voter.numbered(8))
        #expect(swapped.recovery() == .lost(.apart(RecordID(8), RecordID(10))))
        let next = Areas(voter.numbered(8), voter.numbered(9))
        #expect(try next.recovered().record == voter.numbered(9))
    }

    @Test("another identity's record is a lost memory; its copy beside ours is passed over")
    func foreign() throws {
        var foreign = voter.numbered(9)
        foreign.node = Sample.db2
        #expect(Areas(foreign, foreign).recovery() == .lost(.foreign))
        #expect(Areas(foreign, nil).recovery() == .lost(.foreign))
        var (record, slots) = try Areas(foreign, voter.numbered(3)).recovered()
        #expect(record == voter.numbered(3))
        let write = slots.next(voter.numbered(4))
        #expect(write.side == .a)
    }

    @Test("a copy in a format of a newer release is neither read nor called broken")
    func newerFormat() {
        var bytes = Array(RecordCopy.bytes(of: voter, ToyHash.self).dropLast(32))
        bytes[11] = 2
        var areas = Areas(nil, nil)
        areas.a = sealed(bytes, ToyHash.self)
        guard case .unreadable(let reason) = areas.recovery() else {
            Issue.record("\(areas.recovery())")
            return
        }
        #expect(
            "\(reason)"
                == "the file record is whole, but its format is 2: it was written by another "
                + "release of electd; start that one, nothing was changed"
        )
    }

    @Test(
        "whole copies whose content cannot be are not started from",
        arguments: [
            ([200, 0, 1, 1], "its field 200 has no meaning"),
            ([8, 0, 1, 1], "its field 8 has a wrong length"),
        ]
    )
    func unreadableContent(field: [UInt8], reason: String) {
        let bytes = RecordCopy.bytes(of: RecordSample.joiner.record, ToyHash.self)
        var content = Array(bytes.dropLast(32)) + field
        content[71] += UInt8(field.count)
        var areas = Areas(nil, nil)
        areas.b = sealed(content, ToyHash.self)
        let unreadable = Unreadable(file: "record", reason: reason)
        #expect(areas.recovery() == .unreadable(unreadable))
    }

    @Test("the reasons are sentences that say what happens and what to do")
    func sentences() {
        let sentence = """
            the copies in the file record are of writes #8 and #10: this identity has lost its \
            memory and never votes again; its files are set aside and this host joins under a new \
            identity; if it was restored from a copy, never bring the old state back; if it does \
            not join by itself, remove the old member with electctl
            """
        #expect("\(LostMemory.apart(RecordID(8), RecordID(10)))" == sentence)
        #expect(LostMemory.noWholeCopy.reason == "both copies in the file record are damaged")
    }
}
