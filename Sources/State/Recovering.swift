// SPDX-License-Identifier: Apache-2.0

// `electctl recover`: what an operator does when a majority of the voters is lost for good. All of it
// works on files, with electd stopped.

public import Election
public import Linux
internal import Paxos
internal import Storage

/// Why nothing was recovered.
public enum RecoveringError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is nothing to recover from.
    case nothing(path: String, reason: String)
    /// The survivor cannot begin a cluster.
    case root(RootError)
    /// Another process, most likely the daemon, uses the directory.
    case inUse(String)
    /// The operating system refused.
    case system(SystemError)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .nothing(let path, let reason): "\(path): \(reason)"
        case .root(let error): error.description
        case .inUse(let sentence): sentence
        case .system(let error): "\(error)"
        }
    }
}

/// What a state directory remembers, without touching it.
public func inspect(_ path: String) throws(RecoveringError) -> Record {
    let directory: Directory
    do throws(SystemError) {
        directory = try Directory.open(path)
    } catch {
        throw .system(error)
    }
    return try remembered(directory).record
}

/// Begins a new cluster with what this host knows, as its only voter. electd must not run.
///
/// - Parameters:
///   - path: the state directory of the survivor.
///   - kept: who else is to be in it.
/// - Returns: the first decree of the new cluster.
public func recover(at path: String, keeping kept: [String]) throws(RecoveringError) -> Decree {
    let directory = try locked(path)
    var (record, slots) = try remembered(directory)
    guard let decided = record.decided else {
        throw .nothing(
            path: path,
            reason: "this host never belonged to a cluster; there is nothing to recover"
        )
    }
    let state: ClusterState
    do throws(RootError) {
        let random = UInt64.random(in: 1...1 << 16)
        state = try record.root(keeping: kept, after: decided, random: random)
    } catch {
        throw .root(error)
    }
    let root = Decree(state, digest: SHA256Digest.self)
    do throws(SystemError) {
        let file = try directory.open("record", .readWrite)
        _ = try file.renew(record.recovered(by: root), &slots)
    } catch {
        throw .system(error)
    }
    return root
}

/// Puts the identity of a lost cluster aside, so that the next start makes a new one, which joins.
/// electd must not run. A cluster that would be gone with it is left alone.
///
/// - Returns: the ending that the old files have now; nil if there were none.
public func followRecovery(at path: String) throws(RecoveringError) -> String? {
    let directory = try locked(path)
    let memory: Memory<SHA256Digest>
    do throws(SystemError) {
        memory = try directory.recall(SHA256Digest.self)
    } catch {
        throw .system(error)
    }
    if let reason = memory.reasonToStay { throw .nothing(path: path, reason: reason) }
    do throws(SystemError) {
        let ending = memory.isOfACluster ? try directory.setAside() : nil
        try directory.removeIfPresent(Tombstone.name)
        return ending
    } catch {
        throw .system(error)
    }
}

extension Memory {
    /// Why these files are not to be put aside.
    fileprivate var reasonToStay: String? {
        switch self {
        case .unreadable:
            "another release of electd wrote it; install that one, nothing was changed"
        case .whole(_, let record, _) where record.isWholeCluster:
            "this host is the only voter of its cluster, as after 'recover --keep': the others "
                + "follow it. If it is to follow another one, move this directory away, and start "
                + "electd; nothing was changed"
        case .none, .whole, .lost: nil
        }
    }

    /// Whether there is something to be put aside: not where a new identity waits to join.
    fileprivate var isOfACluster: Bool {
        switch self {
        case .none, .unreadable: false
        case .whole(_, let record, _): record.decided != nil || record.origin != .join
        case .lost: true
        }
    }
}

extension Record {
    /// Whether nobody else can go on with the cluster.
    fileprivate var isWholeCluster: Bool { decided?.state.voters == [node] }
}

private func locked(_ path: String) throws(RecoveringError) -> Directory {
    let directory: Directory
    do throws(SystemError) {
        directory = try Directory.open(path)
    } catch {
        throw .system(error)
    }
    // R1: no daemon runs on this directory while its record is made anew.
    do throws(LockError) {
        try directory.lock()
    } catch {
        throw .inUse(error.description)
    }
    return directory
}

private func remembered(
    _ directory: borrowing Directory
) throws(RecoveringError) -> (record: Record, slots: RecordSlots<SHA256Digest>) {
    let memory: Memory<SHA256Digest>
    let tombstone: Tombstone?
    do throws(SystemError) {
        tombstone = try Tombstone(in: directory)
        memory = try directory.recall(SHA256Digest.self)
    } catch {
        throw .system(error)
    }
    if let tombstone {
        throw .nothing(path: directory.path, reason: tombstone.sentence(at: directory.path))
    }
    switch memory {
    case .whole(_, let record, let slots): return (record, slots)
    case .none:
        throw .nothing(
            path: directory.path,
            reason: "there is no state of electd in it; name the state directory of a member"
        )
    case .lost(let lost):
        throw .nothing(
            path: directory.path,
            reason: "\(lost.reason), so this host cannot say what it knew; recover on another one"
        )
    case .unreadable(let reason):
        throw .nothing(path: directory.path, reason: reason.description)
    }
}
