// SPDX-License-Identifier: Apache-2.0

public import Election
public import Paxos

/// What the two copies of the record amount to (DESIGN section 5).
///
/// Of the copies that are whole and carry our key, the one with the higher number counts: a crash
/// tears at most the copy that was being written, and nothing had left that rested on it. What no
/// crash can leave behind is a lost memory.
public enum Recovery<Hash: RecordHash>: Hashable, Sendable {
    /// This is remembered, as it stands there; `renew` it before anything else.
    case recovered(Record, RecordSlots<Hash>)
    /// Nothing that could be trusted.
    case lost(LostMemory)
    /// Another release's.
    case unreadable(Unreadable)

    /// Judges the copies by the bytes of their areas, of an identity with this key.
    public init(a: [UInt8], b: [UInt8], of key: PublicKey) {
        self.init(a: RecordCopy(a, Hash.self), b: RecordCopy(b, Hash.self), of: key)
    }

    /// Judges two copies that have been read, nil where one is not whole.
    public init(a: RecordCopy?, b: RecordCopy?, of key: PublicKey) {
        let ours = [a, b].compactMap { $0 }.filter { $0.key == key }
        guard let newest = ours.max(by: { $0.number < $1.number }) else {
            self = .lost(a == nil && b == nil ? .noWholeCopy : .foreign)
            return
        }
        if let other = ours.first(where: { $0 != newest }) {
            let ids = (RecordID(other.number), RecordID(newest.number))
            if ids.0 == ids.1 {
                self = .lost(.contradiction(ids.0))
                return
            }
            // Numbers do not overflow here: the newer one is greater.
            if newest.number - other.number > 1 {
                self = .lost(.apart(ids.0, ids.1))
                return
            }
        }
        if let copy = ours.first(where: { $0.format != RecordCopy.format }) {
            self = .unreadable(.format("record", copy.format))
            return
        }
        let slots = RecordSlots<Hash>(
            a: a?.key == key ? a.map { RecordID($0.number) } : nil,
            b: b?.key == key ? b.map { RecordID($0.number) } : nil
        )
        do {
            self = .recovered(try newest.record(Hash.self), slots)
        } catch {
            self = .unreadable(Unreadable(file: "record", reason: "\(error)"))
        }
    }
}
