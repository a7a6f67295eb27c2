// SPDX-License-Identifier: Apache-2.0

public import Election

/// Why an identity can no longer know what it promised.
///
/// A voter that forgot is worse than one that is gone: it may promise twice. So it never starts
/// silently empty. The daemon sets the files aside, takes a new identity, which no ballot, grant or
/// vote of the old one counts for (R2), and joins again (R20).
public enum LostMemory: Hashable, Sendable, CustomStringConvertible {
    /// There is an identity and no record.
    case noRecord
    /// There is a record and no identity.
    case noIdentity
    /// The identity is damaged.
    case brokenIdentity
    /// Neither copy of the record is whole.
    case noWholeCopy
    /// The record is whole and another identity's.
    case foreign
    /// The two copies have one write number and different contents.
    case contradiction(RecordID)
    /// The two copies are further apart than any crash leaves them.
    case apart(RecordID, RecordID)

    /// What is wrong with the files.
    public var reason: String {
        switch self {
        case .noRecord: "there is a file identity and no file record"
        case .noIdentity: "there is a file record and no file identity"
        case .brokenIdentity: "the file identity is damaged"
        case .noWholeCopy: "both copies in the file record are damaged"
        case .foreign: "the file record belongs to another identity"
        case .contradiction(let id): "the two copies in the file record differ in write \(id)"
        case .apart(let a, let b): "the copies in the file record are of writes \(a) and \(b)"
        }
    }

    /// What is wrong, what happens and what to do.
    public var description: String {
        "\(reason): this identity has lost its memory and never votes again; its files are set "
            + "aside and this host joins under a new identity; if it was restored from a copy, "
            + "never bring the old state back; if it does not join by itself, remove the old "
            + "member with electctl"
    }
}

/// A file that is whole and that this release cannot read. Nothing is overwritten.
public struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which file.
    public let file: String
    /// Why.
    public let reason: String

    /// What is wrong and what to do.
    public var description: String {
        "the file \(file) is whole, but \(reason): it was written by another release of electd; "
            + "start that one, nothing was changed"
    }

    static func format(_ file: String, _ format: UInt32) -> Unreadable {
        Unreadable(file: file, reason: "its format is \(format)")
    }
}
