// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Storage

/// One host's disk, as far as the file `record` goes: bytes that the platter has, and bytes that
/// only the kernel has.
///
///     write ──▶ cache ──── sync ───▶ platter        a killed process leaves both as they are
///                 └── power lost ──▶ some sectors   and nobody can say which
///
/// What is remembered is never kept beside it: whoever wants to know reads the bytes, with the real
/// reader.
struct Drive {
    /// A disk writes a sector whole or not at all.
    static let sectorLength = 512

    /// By side: as much of the area as was ever written.
    private var platter: [[UInt8]] = [[], []]
    /// By side: what was written over it and not synced; nil where nothing was.
    private var cache: [[UInt8]?] = [nil, nil]
    /// By side: the bytes that were read last, and what they were.
    private var seen: [(bytes: [UInt8], copy: RecordCopy?)] = [([], nil), ([], nil)]

    /// The disk of a host that was prepared or has just taken a new identity.
    init(_ record: Record) { fill(record) }

    /// Both copies are this one, whole.
    mutating func fill(_ record: Record) {
        let before = RecordID(record.id.number - 1)
        var slots = RecordSlots<MixDigest>(a: before, b: before)
        let bytes = slots.next(record).bytes
        (platter, cache) = ([bytes, bytes], [nil, nil])
    }

    /// The kernel takes the bytes; a sync must follow.
    mutating func write(_ write: RecordWrite) { cache[write.side.rawValue] = write.bytes }

    /// All that was written is on the platter.
    mutating func sync() {
        for side in Side.allCases where cache[side.rawValue] != nil {
            platter[side.rawValue] = visible(side)
            cache[side.rawValue] = nil
        }
    }

    /// Whether a sync would change anything.
    var isClean: Bool { cache[0] == nil && cache[1] == nil }

    /// The power goes: of what was not synced, the disk has some sectors or, if it does not tear
    /// writes, all or nothing.
    mutating func losePower(tears: Bool, _ dice: inout Dice) {
        spill(tears: tears, &dice)
        cache = [nil, nil]
    }

    /// A sync has failed. Some sectors are on the disk; the kernel takes all of them for clean, and
    /// may go on showing what was written (fsync(2), "EIO") or forget it.
    mutating func failSync(tears: Bool, _ dice: inout Dice) {
        spill(tears: tears, &dice)
        if dice.one(in: 2) { cache = [nil, nil] }
    }

    private mutating func spill(tears: Bool, _ dice: inout Dice) {
        for side in [0, 1] {
            guard let written = cache[side] else { continue }
            let isWhole = dice.one(in: 2)
            var start = 0
            while start < written.count {
                let end = min(start + Self.sectorLength, written.count)
                if tears ? dice.one(in: 2) : isWhole { put(written[start..<end], side, at: start) }
                start = end
            }
        }
    }

    private mutating func put(_ bytes: ArraySlice<UInt8>, _ side: Int, at start: Int) {
        let missing = start + bytes.count - platter[side].count
        // The file was written whole when it was made: what no copy ever reached is zero.
        if missing > 0 { platter[side] += [UInt8](repeating: 0, count: missing) }
        platter[side].replaceSubrange(start..<start + bytes.count, with: bytes)
    }

    /// A bit of a copy turns over.
    mutating func rot(_ side: Side, _ dice: inout Dice) {
        let at = dice.below(platter[side.rawValue].count)
        platter[side.rawValue][at] ^= 1 << UInt8(dice.below(8))
    }

    /// What whoever reads the area sees.
    func visible(_ side: Side) -> [UInt8] {
        let below = platter[side.rawValue]
        guard let written = cache[side.rawValue] else { return below }
        return written + below.dropFirst(written.count)
    }

    /// What a start would make of it now.
    func recover(_ node: NodeID) -> Recovery<MixDigest> {
        Recovery(a: visible(.a), b: visible(.b), of: node.key)
    }

    /// What a start would make of it if the power failed first: all that may be relied on.
    ///
    /// Asked after every sync, most of which change one side: bytes that were read are not read
    /// again.
    mutating func durable(_ node: NodeID) -> Record? {
        for side in [0, 1] where seen[side].bytes != platter[side] {
            seen[side] = (platter[side], RecordCopy(platter[side], MixDigest.self))
        }
        return record(Recovery(a: seen[0].copy, b: seen[1].copy, of: node.key))
    }

    /// The write number of one copy; nil if it is not whole.
    func number(_ side: Side, of node: NodeID) -> RecordID? {
        let bytes = platter[side.rawValue]
        return record(Recovery(a: bytes, b: [], of: node.key))?.id
    }

    private func record(_ recovery: Recovery<MixDigest>) -> Record? {
        if case .recovered(let record, _) = recovery { record } else { nil }
    }
}
