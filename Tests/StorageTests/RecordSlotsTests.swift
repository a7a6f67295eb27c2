// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

@testable import Storage

/// Which copy is written when. In each story one whole copy of the newest promise is never touched.
@Suite struct RecordSlotsTests {
    private let voter = RecordSample.voter.record

    private func slots(_ a: UInt64, _ b: UInt64) -> RecordSlots<ToyHash> {
        RecordSlots(a: RecordID(a), b: RecordID(b))
    }

    @Test("a record goes over the older copy, then over the other, and then there is nothing to do")
    func quiet() {
        var slots = slots(8, 7)
        let write = slots.next(voter.numbered(9))
        #expect(write.side == .b && write.id == RecordID(9))
        #expect(slots.stored == RecordID(8))
        let tooEarly = slots.mirror()
        #expect(tooEarly == nil)

        slots.done(write)
        #expect(slots.stored == RecordID(9))
        let mirror = slots.mirror()
        #expect(mirror?.side == .a && mirror?.bytes == write.bytes)
        let underWay = slots.mirror()
        #expect(underWay == nil)

        if let mirror { slots.done(mirror) }
        let nothing = slots.mirror()
        #expect(nothing == nil)
        #expect(slots == self.slots(9, 9))
    }

    @Test("records in a row take turns, and the last one alone is mirrored")
    func busy() {
        var slots = slots(8, 8)
        var sides: [Side] = []
        for number in UInt64(9)...12 {
            let write = slots.next(voter.numbered(number))
            sides.append(write.side)
            slots.done(write)
        }
        #expect(sides == [.a, .b, .a, .b])
        let mirror = slots.mirror()
        #expect(mirror?.side == .a)
    }

    @Test("a record that comes while the mirror is being written goes over it, not over its source")
    func overtaken() throws {
        var slots = slots(9, 8)
        let first = slots.next(voter.numbered(10))
        slots.done(first)
        let begun = slots.mirror()
        let mirror = try #require(begun)
        #expect(mirror.side == .a)
        let next = slots.next(voter.numbered(11))
        #expect(next.side == .a)
        // The mirror's sync ends late and says nothing about what stands there now.
        slots.done(mirror)
        #expect(slots.stored == RecordID(10))
        slots.done(next)
        #expect(slots.stored == RecordID(11))
        let again = slots.mirror()
        #expect(again?.side == .b)
    }

    @Test("a record out of turn is our own mistake and ends the process")
    func outOfTurn() async {
        await #expect(processExitsWith: .failure) {
            var slots = RecordSlots<ToyHash>(a: RecordID(8), b: RecordID(8))
            _ = slots.next(RecordSample.voter.record.numbered(10))
        }
    }

    @Test("a start writes the record anew over both copies, the older or broken one first")
    func renew() throws {
        for (a, b, first) in [(8, 9, Side.a), (9, 8, .b), (9, 9, .a)] as [(UInt64, UInt64, Side)] {
            var slots = slots(a, b)
            let (record, writes) = slots.renew(voter.numbered(9))
            #expect(record.id == RecordID(10))
            #expect(writes.map(\.side) == [first, first.other])
            #expect(writes.map(\.offset) == writes.map { $0.side == .a ? 0 : 1_048_576 })
            #expect(slots == self.slots(10, 10))
        }
        var slots = RecordSlots<ToyHash>(a: RecordID(9), b: nil)
        let (_, writes) = slots.renew(voter.numbered(9))
        #expect(writes.map(\.side) == [.b, .a])
    }

    @Test("a crash at any byte of the two writes of a start forgets nothing")
    func crashWhileRenewing() throws {
        let small = RecordSample.joiner.record
        var broken = Areas(small.numbered(9), small.numbered(8))
        broken.b[50] ^= 1
        for start in [Areas(small.numbered(8), small.numbered(9)), broken] {
            let before = try start.recovered()
            var slots = before.slots
            let (renewed, writes) = slots.renew(before.record)
            let length = writes[0].bytes.count
            for count in 0...2 * length {
                var areas = start
                areas.perform(writes[0], upTo: count)
                if count > length { areas.perform(writes[1], upTo: count - length) }
                let after = try areas.recovered()
                #expect(after.record == (count < length ? before.record : renewed))
                #expect(after.record.promised == before.record.promised)
            }
        }
    }
}
