// SPDX-License-Identifier: Apache-2.0

public import Paxos

// Paxos on the wire: the paper's four messages, each with what the chain and the lease need
// besides (R9 to R12).

/// Phase 1a on the wire.
public struct PrepareRequest: Hashable, Sendable {
    /// The paper's part.
    public var prepare: Prepare
    /// In slot 1: the identities that the canvass found, and the digest of the list (R10).
    public var genesis: Genesis?

    /// Who is to found the cluster.
    public struct Genesis: Hashable, Sendable {
        /// Everybody, by identity.
        public var ids: [NodeID]
        /// The digest of the list of names.
        public var list: Digest

        /// A set of founders.
        public init(ids: [NodeID], list: Digest) {
            self.ids = ids
            self.list = list
        }
    }

    /// A request.
    public init(prepare: Prepare, genesis: Genesis? = nil) {
        self.prepare = prepare
        self.genesis = genesis
    }
}

/// Phase 1b on the wire.
public struct PromiseReply: Hashable, Sendable {
    /// The paper's part.
    public var promise: Promise<Decree>
    /// The write number of the record it rests on (R23).
    public var writeNumber: UInt64

    /// A reply.
    public init(promise: Promise<Decree>, writeNumber: UInt64) {
        self.promise = promise
        self.writeNumber = writeNumber
    }
}

/// Phase 2a on the wire. Re-sent, it is the same bytes (R11).
public struct AcceptRequest: Hashable, Sendable {
    /// The paper's part.
    public var accept: Accept<Decree>
    /// The proposer's clock, read before sending; it means nothing to anybody else (R15).
    public var sentAt: Instant
    /// How long a grant is asked for.
    public var lease: Span

    /// A request.
    public init(accept: Accept<Decree>, sentAt: Instant, lease: Span) {
        self.accept = accept
        self.sentAt = sentAt
        self.lease = lease
    }
}

/// Phase 2b on the wire.
public struct AcceptedReply: Hashable, Sendable {
    /// The paper's part.
    public var accepted: Accepted
    /// Which decree was accepted.
    public var decree: DecreeID
    /// The request's own time, given back.
    public var sentAt: Instant
    /// The grant that was given with it; zero if none was.
    public var lease: Span
    /// The write number of the record it rests on (R23).
    public var writeNumber: UInt64

    /// A reply.
    public init(
        accepted: Accepted,
        decree: DecreeID,
        sentAt: Instant,
        lease: Span,
        writeNumber: UInt64
    ) {
        self.accepted = accepted
        self.decree = decree
        self.sentAt = sentAt
        self.lease = lease
        self.writeNumber = writeNumber
    }
}
