// SPDX-License-Identifier: Apache-2.0

import Paxos

/// What is in memory, what is being written, what is on disk.
///
/// One write is under way at a time; what changes meanwhile goes into the next one together. Each
/// part of the record remembers the write that will hold its present value: an answer waits for
/// the newest write of the parts it rests on, also when it answers a duplicate (R4).
struct Ledger: Hashable, Sendable {
    /// The parts of the record that answers rest on.
    enum Part: Int, CaseIterable {
        case promised, accepted, decided, maxLease, origin
    }

    /// The newest write on disk.
    private(set) var written: UInt64 = 0
    /// The write under way.
    private(set) var writing: UInt64?
    private var heldBy: [UInt64] = Array(repeating: 0, count: Part.allCases.count)

    /// A run begins with everything on disk.
    init(written: UInt64 = 0) {
        self.written = written
        heldBy = Array(repeating: written, count: Part.allCases.count)
    }

    private var next: UInt64 { (writing ?? written) + 1 }

    /// This part has just changed.
    mutating func changed(_ part: Part) { heldBy[part.rawValue] = next }

    /// The write that must be on disk before anything that rests on these parts leaves; nil if it
    /// is.
    func after(_ parts: Part...) -> RecordID? {
        var newest: UInt64 = 0
        for part in parts { newest = max(newest, heldBy[part.rawValue]) }
        return newest > written ? RecordID(newest) : nil
    }

    /// The write number an answer rests on (R23).
    func number(_ after: RecordID?) -> UInt64 { after?.number ?? written }

    /// Begins the next write if one is wanted and none is under way.
    mutating func begin() -> RecordID? {
        guard writing == nil, heldBy.contains(where: { $0 > written }) else { return nil }
        writing = next
        return writing.map { RecordID($0) }
    }

    /// The write under way is on disk.
    mutating func stored(_ id: RecordID) {
        invariant(id.number == writing, "\(id) stored while \(self)")
        written = id.number
        writing = nil
    }
}
