// SPDX-License-Identifier: Apache-2.0

// What a start finds in the state directory, and what it does about it.
//
//      nothing            a new identity, which may join and never found (R20)
//      a whole record     this host goes on where it was, once the record is on disk anew
//      a lost memory      set aside, said aloud, and a new identity
//      a tombstone        said, and the end: this host was removed (R22)
//
// Never silently empty: a voter that forgot what it promised may promise twice.

internal import Election
internal import Linux
internal import Paxos
internal import Session
internal import State
internal import Storage

/// The state directory, locked, and what it holds.
struct OpenedState: ~Copyable {
    /// Held for as long as the process lives: the lock goes with it.
    let directory: Directory
    /// The record, as both copies on disk have it now.
    let record: Record
    /// The host's key pair.
    let key: StaticKey
    /// Where the next records go.
    let place: RecordFile
    /// What the operator should hear.
    let remarks: [String]

    /// Opens the directory, makes what is missing, and writes the record anew.
    ///
    /// - Parameters:
    ///   - name: this host's name by its configuration.
    ///   - versions: the protocol versions that this release speaks.
    init(
        at path: String,
        name: String,
        versions: ClosedRange<UInt8> = ProtocolVersion.supported
    ) throws(StartupError) {
        let directory = try Self.open(path)
        try Self.lookForTombstone(in: directory)
        var (identity, record, slots, remarks) = try Self.recall(directory, name)
        // The name is fixed when the key is made: with another one it would be another host (R2).
        guard record.node.name == name else {
            throw .configuration(
                "\(path) is the state of \(record.node.name), and Name= in [Node] says \(name): put "
                    + "the old name back, or remove the directory to come back as a new host"
            )
        }
        // An older release was put back. A voter may not vote by rules that it does not know.
        if let state = record.decided?.state, state.voters.contains(record.node),
            !versions.contains(state.settings.protocolVersion)
        {
            throw .failed(
                "\(path): its cluster speaks protocol version \(state.settings.protocolVersion), and "
                    + "this release \(versions.lowerBound) to \(versions.upperBound): nothing was "
                    + "touched; install a release that speaks it"
            )
        }
        guard let key = StaticKey(bytes: identity.privateKey),
            key.publicKey.bytes == identity.publicKey.bytes
        else {
            throw .failed(
                "\(path)/identity: its two keys do not belong together; go on as if the disk were "
                    + "lost, see electd(7)"
            )
        }
        do throws(SystemError) {
            let file = try directory.open("record", .readWrite)
            record = try file.renew(record, &slots)
            place = RecordFile(file, slots)
        } catch {
            throw .refused(error, "the state directory must be writable, and nothing was started")
        }
        self.directory = directory
        self.record = record
        self.key = key
        self.remarks = remarks
    }

    private static func open(_ path: String) throws(StartupError) -> Directory {
        let directory: Directory
        do throws(SystemError) {
            directory = try Directory.create(path, mode: 0o700)
        } catch {
            throw .refused(error, "the state directory cannot be opened")
        }
        // R1: one process in a state directory, for as long as it runs.
        do throws(LockError) {
            try directory.lock()
        } catch {
            throw .failed(error.description)
        }
        return directory
    }

    private static func lookForTombstone(in directory: borrowing Directory) throws(StartupError) {
        let tombstone: Tombstone?
        do throws(SystemError) {
            tombstone = try Tombstone(in: directory)
        } catch {
            throw .refused(error, "the state directory cannot be used")
        }
        if let tombstone { throw .removed(tombstone.sentence(at: directory.path)) }
    }

    private typealias Found = (Identity, Record, RecordSlots<SHA256Digest>, [String])

    private static func recall(
        _ directory: borrowing Directory,
        _ name: String
    ) throws(StartupError) -> Found {
        let unreadable: Unreadable
        do throws(SystemError) {
            let memory = try directory.recall(SHA256Digest.self)
            switch memory {
            case .whole(let identity, let record, let slots):
                return (identity, record, slots, [])
            case .none:
                return try begin(in: directory, name, remarks: [])
            case .lost(let lost):
                let ending = try directory.setAside()
                let remark = "\(directory.path): \(lost); they now end in .\(ending)"
                return try begin(in: directory, name, remarks: [remark])
            case .unreadable(let reason):
                unreadable = reason
            }
        } catch {
            throw .refused(error, "the state directory cannot be used")
        }
        throw .failed("\(directory.path): \(unreadable)")
    }

    private static func begin(
        in directory: borrowing Directory,
        _ name: String,
        remarks: [String]
    ) throws(SystemError) -> Found {
        let (identity, record, slots) = try directory.makeIdentity(name: name, origin: .join)
        return (identity, record, slots, remarks)
    }
}
