// SPDX-License-Identifier: Apache-2.0

// `electctl init`: the one act by which a host is told to help found a cluster (R20).
//
// It can be repeated, since scripts repeat: the same list again changes nothing. It never touches a
// directory that remembers more than its own founding, because whoever runs it there has mistaken
// the host.

public import Election
public import Linux
public import Paxos
internal import Session
public import Storage

/// Why a state directory was not made.
public enum FoundingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is a decree in it: the host belongs to a cluster.
    case isMember(path: String, cluster: ClusterID)
    /// It was prepared before, under another name or with another list: its members, with their
    /// addresses where nothing else tells the lists apart.
    case isPrepared(path: String, asName: String, members: [String])
    /// The daemon made it, to join a cluster.
    case isJoining(path: String)
    /// The host was removed from its cluster; the sentence says what to do.
    case wasRemoved(String)
    /// What is in it cannot be used.
    case unusable(path: String, reason: String)
    /// Another process, most likely the daemon, uses it.
    case inUse(String)
    /// The operating system refused.
    case system(SystemError)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .isMember(let path, let cluster):
            "\(path): this host already belongs to a cluster (\(cluster)); nothing was changed"
        case .isPrepared(let path, let name, let members):
            "\(path) was prepared before, for \(name) among \(members.joined(separator: ", ")); to "
                + "prepare it anew, stop electd and remove the directory first"
        case .isJoining(let path):
            "\(path): this host was started without init and waits to join a cluster; to found one "
                + "instead, stop electd and remove the directory first"
        case .wasRemoved(let sentence): sentence
        case .unusable(let path, let reason): "\(path): \(reason)"
        case .inUse(let sentence): sentence
        case .system(let error): "\(error)"
        }
    }
}

/// What came of it.
public enum Founding: Hashable, Sendable {
    /// The state directory is new.
    case prepared(NodeID)
    /// It had been prepared with the same list.
    case alreadyPrepared(NodeID)
}

/// Makes the state directory of a founder: an identity and a record with the initial list.
///
/// - Parameters:
///   - path: the directory; the one above it must exist.
///   - name: this host's name, which stands in the list.
///   - list: all founders, in the operator's order.
public func prepareToFound(
    at path: String,
    name: String,
    list: InitialList
) throws(FoundingError) -> Founding {
    let directory: Directory
    do throws(SystemError) {
        directory = try Directory.create(path, mode: 0o700)
    } catch {
        throw .system(error)
    }
    // R1: nobody else has this directory while its record is made.
    do throws(LockError) {
        try directory.lock()
    } catch {
        throw .inUse(error.description)
    }
    let memory: Memory<SHA256Digest>
    let tombstone: Tombstone?
    do throws(SystemError) {
        tombstone = try Tombstone(in: directory)
        memory = try directory.recall(SHA256Digest.self)
    } catch {
        throw .system(error)
    }
    if let tombstone { throw .wasRemoved(tombstone.sentence(at: path)) }
    switch memory {
    case .none: break
    case .whole(_, let record, _): return try compare(record, path, name, list)
    case .lost(let lost):
        throw .unusable(path: path, reason: "\(lost.reason); move this directory away first")
    case .unreadable(let reason): throw .unusable(path: path, reason: reason.description)
    }
    do throws(SystemError) {
        let (_, record, _) = try directory.makeIdentity(name: name, origin: .bootstrap(list))
        return .prepared(record.node)
    } catch {
        throw .system(error)
    }
}

/// Whether what was prepared before is what is asked for now.
private func compare(
    _ record: Record,
    _ path: String,
    _ name: String,
    _ list: InitialList
) throws(FoundingError) -> Founding {
    if let cluster = record.cluster { throw .isMember(path: path, cluster: cluster) }
    guard case .bootstrap(let prepared) = record.origin else { throw .isJoining(path: path) }
    guard record.node.name == name, prepared == list else {
        let isNamedSo = record.node.name == name && prepared.names == list.names
        let members = isNamedSo ? prepared.entries.map(\.text) : prepared.names
        throw .isPrepared(path: path, asName: record.node.name, members: members)
    }
    return .alreadyPrepared(record.node)
}

extension InitialList.Entry {
    /// As it stands behind `--member`: `db1=10.0.0.1:7377`, several addresses side by side.
    fileprivate var text: String { "\(name)=\(addresses.joined(separator: ","))" }
}

extension Directory {
    /// Makes a new identity and its first record, both durable, or neither.
    public func makeIdentity(
        name: String,
        origin: Origin
    ) throws(SystemError) -> (Identity, Record, RecordSlots<SHA256Digest>) {
        var random = SystemRandomNumberGenerator()
        let key = StaticKey(using: &random)
        guard let publicKey = PublicKey(key.publicKey.bytes) else {
            broken("an X25519 key of \(key.publicKey.bytes.count) bytes")
        }
        let node = NodeID(name: name, key: publicKey)
        let identity = Identity(privateKey: key.secretBytes, publicKey: publicKey)
        let record = Record(node: node, origin: origin)
        do throws(SystemError) {
            return (identity, record, try create(identity, record, SHA256Digest.self))
        } catch {
            // Nobody has heard of it. One file without the other would be a lost memory to the next try.
            for name in ["record", "identity"] { try? removeIfPresent(name) }
            throw error
        }
    }
}
