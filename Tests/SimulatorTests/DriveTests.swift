// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Storage
import Testing

@testable import Simulator

/// The disk of a simulated host: what is synced stays, what is not is anybody's guess.
@Suite struct DriveTests {
    private let node = World.identity("n1", host: 0, incarnation: 0)
    private var dice = Dice(seed: 5, 1)

    private func record(_ number: UInt64) -> Record {
        Record(id: RecordID(number), node: node, origin: .join, maxLease: .milliseconds(number))
    }

    /// A drive on which write 7 stands on both sides, and the slots that know it.
    private func filled() -> (Drive, RecordSlots<MixDigest>) {
        (Drive(record(7)), RecordSlots(a: RecordID(7), b: RecordID(7)))
    }

    private func seen(_ drive: Drive) -> RecordID? {
        guard case .recovered(let record, _) = drive.recover(node) else { return nil }
        #expect(record == self.record(record.id.number))
        return record.id
    }

    @Test("what was written is read at once, and on the disk only after a sync")
    func cache() {
        var (drive, slots) = filled()
        drive.write(slots.next(record(8)))
        #expect(seen(drive) == RecordID(8))
        #expect(drive.durable(node)?.id == RecordID(7))
        drive.sync()
        #expect(drive.durable(node)?.id == RecordID(8))
    }

    @Test("power lost during a write leaves the old record or the new one, whatever is torn")
    mutating func tornWrites() {
        var found: Set<UInt64> = []
        for _ in 0..<200 {
            var (drive, slots) = filled()
            drive.write(slots.next(record(8)))
            drive.losePower(tears: true, &dice)
            found.insert(seen(drive)?.number ?? 0)
        }
        #expect(found == [7, 8])
    }

    @Test("a rotten copy is passed over, two are a lost memory")
    mutating func rot() {
        for side in Side.allCases {
            var (drive, _) = filled()
            drive.rot(side, &dice)
            #expect(drive.number(side, of: node) == nil)
            #expect(seen(drive) == RecordID(7))
            drive.rot(side == .a ? .b : .a, &dice)
            #expect(drive.recover(node) == .lost(.noWholeCopy))
        }
    }

    @Test("after a failed sync nobody knows, but the other copy is whole")
    mutating func failedSync() {
        for _ in 0..<100 {
            var (drive, slots) = filled()
            drive.write(slots.next(record(8)))
            drive.failSync(tears: true, &dice)
            drive.losePower(tears: true, &dice)
            #expect([7, 8].contains(seen(drive)?.number))
        }
    }
}
