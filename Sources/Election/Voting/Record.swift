// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// How an identity came to be (R20).
public enum Origin: Hashable, Sendable {
    /// Made by an operator's explicit act, to found a cluster with exactly these hosts.
    case bootstrap(InitialList)
    /// Made by the daemon itself, or shown a decree before it helped to found one: it never
    /// promises slot 1.
    case join
}

/// The hosts that found a cluster, as the operator listed them.
public struct InitialList: Hashable, Sendable {
    /// One host of the list.
    public struct Entry: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Where to reach it, `host:port`.
        public var addresses: [String]

        /// A host by its name and addresses.
        public init(name: String, addresses: [String]) {
            self.name = name
            self.addresses = addresses
        }
    }

    /// The hosts, in the operator's order.
    public var entries: [Entry]

    /// A list of hosts.
    public init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// The names, sorted: what the hosts' lists must agree in (R10).
    public var names: [String] { entries.map(\.name).sorted() }

    /// The digest over the names.
    public func digest<Hash: DigestFunction>(_: Hash.Type) -> Digest {
        var writer = FieldWriter()
        for name in names { writer.put(1, name) }
        return Hash.digest(writer.bytes)
    }
}

/// Which write of the record. Grows by one with each, over all runs of an identity.
public struct RecordID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The write number (R23).
    public let number: UInt64

    /// An id by its number.
    public init(_ number: UInt64) { self.number = number }

    /// The older one is less.
    public static func < (a: RecordID, b: RecordID) -> Bool { a.number < b.number }

    /// The number.
    public var description: String { "#\(number)" }
}

/// All that a node must not forget, always written whole (PROTOCOL section 1, "State").
public struct Record: Hashable, Sendable {
    /// Which write this is.
    public var id: RecordID
    /// Whose memory it is.
    public var node: NodeID
    /// How the identity came to be.
    public var origin: Origin
    /// The newest decree known to be chosen.
    public var decided: Decree?
    /// The highest ballot promised.
    public var promised: Ballot
    /// What was accepted for the slot after `decided`.
    public var accepted: Proposal<Decree>?
    /// The longest grant ever given (R7), until another owner's ballot is promised in peace
    /// (section 4, item 10).
    public var maxLease: Span
    /// Whether it was a member by an older decree and is none by `decided`.
    public var isRemoved: Bool

    /// The memory of a node that has taken part in nothing.
    public init(
        id: RecordID = RecordID(1),
        node: NodeID,
        origin: Origin,
        decided: Decree? = nil,
        promised: Ballot = .zero,
        accepted: Proposal<Decree>? = nil,
        maxLease: Span = .zero,
        isRemoved: Bool = false
    ) {
        self.id = id
        self.node = node
        self.origin = origin
        self.decided = decided
        self.promised = promised
        self.accepted = accepted
        self.maxLease = maxLease
        self.isRemoved = isRemoved
    }

    /// The cluster it belongs to; nil before the first decree.
    public var cluster: ClusterID? { decided?.cluster }
}
