// SPDX-License-Identifier: Apache-2.0

public import Election
import Paxos

/// The directory that holds `identity` and `record`, as much of it as starting needs.
public protocol StateDirectory: ~Copyable {
    /// What goes wrong with it.
    associatedtype Failure: Error

    /// Whether there is a file of this name.
    func contains(_ name: String) throws(Failure) -> Bool

    /// Up to `count` bytes of the file from `offset` on; fewer only where it ends.
    func read(_ name: String, at offset: Int, count: Int) throws(Failure) -> [UInt8]

    /// Makes the file anew in one step: written aside, synced, renamed, and, if it is to be
    /// durable, the directory synced as well.
    func replace(
        _ name: String,
        with bytes: [UInt8],
        mode: UInt32,
        durable: Bool
    ) throws(Failure)

    /// Gives a file another name.
    func rename(_ name: String, to other: String) throws(Failure)

    /// Waits until the names are on the disk.
    func sync() throws(Failure)
}

/// What a state directory remembers.
public enum Memory<Hash: RecordHash>: Hashable, Sendable {
    /// Nothing was ever here.
    case none
    /// This identity and its record, as it stands there; `renew` it before anything else.
    case whole(Identity, Record, RecordSlots<Hash>)
    /// Something was here, and it cannot be trusted: `setAside`, then take a new identity.
    case lost(LostMemory)
    /// Another release's files: leave them alone.
    case unreadable(Unreadable)
}

private let identityName = "identity"
private let recordName = "record"

extension StateDirectory where Self: ~Copyable {
    /// Reads what there is. Nothing is changed.
    ///
    /// A copy that cannot be read counts as broken, as a bad sector makes it; if neither can be
    /// read, that is the error.
    public func recall<Hash: RecordHash>(_ hash: Hash.Type) throws(Failure) -> Memory<Hash> {
        switch (try contains(identityName), try contains(recordName)) {
        case (false, false): return .none
        case (true, false): return .lost(.noRecord)
        case (false, true): return .lost(.noIdentity)
        case (true, true): break
        }
        // One byte more than it has: a longer file is no identity.
        let file = try read(identityName, at: 0, count: Identity.fileLength + 1)
        let identity: Identity
        do throws(Unreadable) {
            guard let found = try Identity(file, hash) else { return .lost(.brokenIdentity) }
            identity = found
        } catch {
            return .unreadable(error)
        }
        let (a, b) = try areas()
        switch Recovery<Hash>(a: a, b: b, of: identity.publicKey) {
        case .recovered(let record, let slots): return .whole(identity, record, slots)
        case .lost(let lost): return .lost(lost)
        case .unreadable(let reason): return .unreadable(reason)
        }
    }

    private func areas() throws(Failure) -> (a: [UInt8], b: [UInt8]) {
        let a: [UInt8]
        do throws(Failure) {
            a = try area(.a)
        } catch {
            return ([], try area(.b))
        }
        do throws(Failure) { return (a, try area(.b)) } catch { return (a, []) }
    }

    /// As many bytes of a copy as it has.
    private func area(_ side: Side) throws(Failure) -> [UInt8] {
        let head = try read(recordName, at: side.offset, count: RecordCopy.headLength)
        guard let length = RecordCopy.length(head: head) else { return head }
        return try read(recordName, at: side.offset, count: length)
    }

    /// Makes the two files of a new identity: `identity`, then `record` with both copies whole at
    /// write 1. A crash between the two leaves an identity that never said a word.
    public func create<Hash: RecordHash>(
        _ identity: Identity,
        _ record: Record,
        _ hash: Hash.Type
    ) throws(Failure) -> RecordSlots<Hash> {
        invariant(record.id.number == 1, "a new record begins at \(record.id)")
        invariant(record.node.key == identity.publicKey, "the record of \(record.node)")
        let copy = RecordCopy.bytes(of: record, hash)
        var file = [UInt8](repeating: 0, count: RecordCopy.fileLength)
        for side in Side.allCases {
            file.replaceSubrange(side.offset..<side.offset + copy.count, with: copy)
        }
        let mode = Identity.fileMode
        try replace(identityName, with: identity.encoded(hash), mode: mode, durable: true)
        try replace(recordName, with: file, mode: mode, durable: true)
        return RecordSlots(a: record.id, b: record.id)
    }

    /// Puts the files of a lost identity where a person can look at them, and says under which
    /// ending. A crash in the middle leaves one of them, which is a lost memory again.
    public func setAside() throws(Failure) -> String {
        var count = 1
        while try isTaken("lost.\(count)") { count += 1 }
        for name in [identityName, recordName] where try contains(name) {
            try rename(name, to: "\(name).lost.\(count)")
        }
        try sync()
        return "lost.\(count)"
    }

    private func isTaken(_ ending: String) throws(Failure) -> Bool {
        if try contains("\(identityName).\(ending)") { return true }
        return try contains("\(recordName).\(ending)")
    }
}
