// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// A state of the cluster that is proposed, accepted or chosen, with its canonical bytes.
///
/// Immutable. A decree from outside is kept, sent on, proposed again and hashed as the bytes it
/// came in, so that a newer version's fields survive an older host. A class only so that copying a
/// replica copies a pointer; two decrees are equal when their bytes are.
public final class Decree: Chained {
    /// What it says, as far as this version understands.
    public let state: ClusterState
    /// The canonical bytes.
    public let bytes: [UInt8]
    /// The digest over them.
    public let id: DecreeID
    /// Whether every field was understood: who lacks one may vote but not stand (R11).
    public let isUnderstood: Bool
    /// The voters of the next slot.
    public let quorum: Quorum

    /// An encoded decree is at most this long.
    public static let lengthLimit = 65_000
    /// What is asked for, and a genesis, must fit into so many bytes. The rest is for what a later
    /// decree says besides whatever was asked: another leader's name, say.
    public static let roomLimit = 64_000

    private init(state: ClusterState, bytes: [UInt8], id: DecreeID, isUnderstood: Bool) {
        self.state = state
        self.bytes = bytes
        self.id = id
        self.isUnderstood = isUnderstood
        quorum = Quorum(of: state.voters)
    }

    /// A decree of our own making.
    public convenience init<Hash: DigestFunction>(_ state: ClusterState, digest: Hash.Type) {
        if let objection = state.objection {
            broken("a decree that may not be: \(objection): \(state)")
        }
        let bytes = state.encoded
        invariant(bytes.count <= Self.lengthLimit, "a decree of \(bytes.count) bytes: \(state)")
        self.init(state: state, bytes: bytes, id: Hash.digest(bytes), isUnderstood: true)
    }

    /// A decree of our own making, if there may be one: every state that a replica makes is made from
    /// what others have said.
    ///
    /// - Parameter limit: how many bytes it may have.
    convenience init?<Hash: DigestFunction>(
        ifAny state: ClusterState,
        within limit: Int = lengthLimit,
        digest: Hash.Type
    ) {
        guard state.objection == nil else { return nil }
        let bytes = state.encoded
        guard bytes.count <= limit else { return nil }
        self.init(state: state, bytes: bytes, id: Hash.digest(bytes), isUnderstood: true)
    }

    /// A decree from the wire or the disk.
    public convenience init<Hash: DigestFunction>(
        decoding bytes: [UInt8],
        digest: Hash.Type
    ) throws(DecreeError) {
        guard bytes.count <= Self.lengthLimit else { throw .tooLong(bytes.count) }
        let (state, isUnderstood): (ClusterState, Bool)
        do {
            (state, isUnderstood) = try ClusterState.decode(bytes)
        } catch {
            throw .fields(error)
        }
        if let objection = state.objection { throw .objection(objection) }
        self.init(
            state: state,
            bytes: bytes,
            id: Hash.digest(bytes),
            isUnderstood: isUnderstood
        )
    }

    /// The position in the chain.
    public var slot: Slot { state.slot }
    /// Who leads by it.
    public var leader: NodeID { state.leader }
    /// The generation of leadership.
    public var epoch: UInt64 { state.epoch }
    /// Whether this is a member by it that may be named leader (R13).
    func mayLead(_ id: NodeID) -> Bool {
        state.place(of: id).map { state.members[$0].mayLead } ?? false
    }
    /// The cluster it belongs to: the founding decree names its own.
    public var cluster: ClusterID { state.cluster ?? id }

    /// Equal bytes, equal decree.
    public static func == (a: Decree, b: Decree) -> Bool { a === b || a.bytes == b.bytes }

    /// Hashes the digest.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// Why bytes are no decree.
public enum DecreeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// More bytes than any decree has.
    case tooLong(Int)
    /// The fields do not add up.
    case fields(FieldError)
    /// It says what no decree may say.
    case objection(String)

    /// What is wrong, for a log line.
    public var description: String {
        switch self {
        case .tooLong(let count): "a decree of \(count) bytes"
        case .fields(let error): "a decree whose \(error)"
        case .objection(let text): "a decree in which \(text)"
        }
    }
}
