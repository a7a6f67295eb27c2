// SPDX-License-Identifier: Apache-2.0

public import Election
import Paxos

/// One write to the file `record`: all of these bytes at this place, then a sync.
public struct RecordWrite: Hashable, Sendable {
    /// Over which copy.
    public let side: Side
    /// Which write number it brings there.
    public let id: RecordID
    /// The copy, whole.
    public let bytes: [UInt8]

    /// Where in the file.
    public var offset: Int { side.offset }
}

/// Which copy of the record is written next.
///
/// There is at every instant one whole copy that is not being touched, and it is the newest that
/// anything was promised on:
///
///     A  7 ─────── 8 ───────────── 8        next(9) goes over A again, or over whichever is older
///     B  7 ── 7 ──────── mirror ── 8
///
/// A new record goes over the older copy, is synced once, and what waited for it leaves. When
/// nothing else is to be written, the same bytes go over the other copy, so that one rotten sector
/// is never more than a repair at the next start.
public struct RecordSlots<Hash: RecordHash>: Hashable, Sendable {
    private enum Content: Hashable {
        /// Not whole, or nobody knows.
        case broken
        /// Being written: whole or not, nobody knows until the sync.
        case writing(RecordID)
        /// Whole, and synced.
        case holds(RecordID)
    }
    private var a: Content
    private var b: Content
    /// The newest copy, kept until it stands on both sides.
    private var newest: [UInt8] = []

    /// Slots whose copies are whole and synced up to these numbers; nil for a broken one.
    package init(a: RecordID?, b: RecordID?) {
        self.a = a.map(Content.holds) ?? .broken
        self.b = b.map(Content.holds) ?? .broken
    }

    private subscript(side: Side) -> Content {
        get { side == .a ? a : b }
        set { if side == .a { a = newValue } else { b = newValue } }
    }

    private func held(_ side: Side) -> RecordID? {
        if case .holds(let id) = self[side] { id } else { nil }
    }

    /// The newest write number that is whole on disk; 0 if there is none yet.
    public var stored: RecordID {
        max(held(.a) ?? RecordID(0), held(.b) ?? RecordID(0))
    }

    /// The write that puts this record on disk, over the older or the broken copy. Its number is
    /// one above `stored`: at most one record is under way.
    public mutating func next(_ record: Record) -> RecordWrite {
        invariant(
            record.id.number == stored.number + 1,
            "record \(record.id) after \(stored): \(self)"
        )
        let isOlder = (held(.a) ?? RecordID(0)) <= (held(.b) ?? RecordID(0))
        newest = RecordCopy.bytes(of: record, Hash.self)
        return begin(isOlder ? .a : .b, record.id)
    }

    /// The write that brings the other copy up to the newest one; nil if it is, or if a write is
    /// under way.
    public mutating func mirror() -> RecordWrite? {
        let id = stored
        guard !newest.isEmpty, let side = Side.allCases.first(where: { held($0) == id }) else {
            return nil
        }
        switch self[side.other] {
        case .writing: return nil
        case .holds(let other) where other == id: return nil
        case .holds, .broken: return begin(side.other, id)
        }
    }

    private mutating func begin(_ side: Side, _ id: RecordID) -> RecordWrite {
        self[side] = .writing(id)
        return RecordWrite(side: side, id: id, bytes: newest)
    }

    /// The write is on disk. One that another write over the same copy has overtaken means nothing
    /// any more.
    public mutating func done(_ write: RecordWrite) {
        guard self[write.side] == .writing(write.id) else { return }
        self[write.side] = .holds(write.id)
        if a == b { newest = [] }
    }

    /// What every start does before its first message leaves: the record anew under the next
    /// number, over the older copy and then over the other, each write synced before the next.
    ///
    /// It repairs a rotten copy, and a page cache that knew more than the disk. The slots are what
    /// they are once both writes are done; if one fails, this run is over.
    public mutating func renew(_ record: Record) -> (record: Record, writes: [RecordWrite]) {
        var record = record
        record.id = RecordID(stored.number + 1)
        let first = next(record)
        done(first)
        guard let second = mirror() else { broken("nothing to mirror: \(self)") }
        done(second)
        return (record, [first, second])
    }
}
