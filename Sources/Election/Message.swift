// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// What one replica says to another.
///
/// The sender is whoever the session authenticated, never a field (R2). Every message carries the
/// sender's cluster and slot: that alone tells a laggard from a stranger.
public struct Message: Hashable, Sendable {
    /// The sender's cluster; nil on a host that has no decree.
    public var cluster: ClusterID?
    /// The slot of the newest decree that the sender knows, 0 if none.
    public var slot: Slot
    /// What it says.
    public var body: Body

    /// A message by its parts.
    public init(cluster: ClusterID?, slot: Slot, body: Body) {
        self.cluster = cluster
        self.slot = slot
        self.body = body
    }

    /// The kinds of message: PROTOCOL's table, row by row.
    public enum Body: Hashable, Sendable {
        /// First message of a session, each way.
        case hello(Hello)
        /// "Would you serve me?" Writes nothing, proves nothing (R19).
        case canvass(Canvass)
        /// The answer to it.
        case canvassReply(CanvassReply)
        /// Phase 1a.
        case prepare(PrepareRequest)
        /// Phase 1b.
        case promise(PromiseReply)
        /// Phase 2a, and a heartbeat of the slot before.
        case accept(AcceptRequest)
        /// Phase 2b.
        case accepted(AcceptedReply)
        /// The leader renews.
        case heartbeat(Heartbeat)
        /// A grant, or an observer's sign of life.
        case ack(Ack)
        /// The leader lets go.
        case release(Release)
        /// The newest decree, to whoever shows a lower slot.
        case decided(Decree)
        /// No, and why.
        case refuse(Refusal)
        /// A command for the leader.
        case ask(Ask)
        /// What came of it.
        case answer(AskAnswer)
    }
}

/// The first message of a session, each way (R23).
public struct Hello: Hashable, Sendable {
    /// Drawn at random by each run of the process.
    public var run: UInt64
    /// The write number of the sender's record.
    public var writeNumber: UInt64
    /// The highest write number that the sender has heard of others.
    public var heard: [HeardNumber]
    /// The protocol versions that the sender speaks, lowest and highest.
    public var versions: ClosedRange<UInt8>

    /// A greeting.
    public init(
        run: UInt64,
        writeNumber: UInt64,
        heard: [HeardNumber],
        versions: ClosedRange<UInt8>
    ) {
        self.run = run
        self.writeNumber = writeNumber
        self.heard = heard
        self.versions = versions
    }
}

/// "The highest write number I have heard of you is this" (R23).
public struct HeardNumber: Hashable, Sendable {
    /// Of whom.
    public var node: NodeID
    /// The number.
    public var number: UInt64

    /// A number heard of a node.
    public init(node: NodeID, number: UInt64) {
        self.node = node
        self.number = number
    }
}

/// "I would stand for the slot after yours." The header's slot says for which.
public struct Canvass: Hashable, Sendable {
    /// Before the genesis: the digest of the sender's list of initial names (R10).
    public var list: Digest?

    /// A canvass.
    public init(list: Digest? = nil) {
        self.list = list
    }
}

/// What a host would do now if it were asked.
public struct CanvassReply: Hashable, Sendable {
    /// The newest slot that it holds on disk.
    public var durableSlot: Slot
    /// What it has promised.
    public var promised: Ballot
    /// How long it is bound to another, in time of its own clock; zero if free (R7, R8).
    public var freeIn: Span
    /// Whether it would serve the asker now.
    public var serves: Bool
    /// Before the genesis, from a host that takes part in it: its own entry and list (R10).
    public var blank: Blank?

    /// A reply.
    public init(
        durableSlot: Slot,
        promised: Ballot,
        freeIn: Span,
        serves: Bool,
        blank: Blank? = nil
    ) {
        self.durableSlot = durableSlot
        self.promised = promised
        self.freeIn = freeIn
        self.serves = serves
        self.blank = blank
    }
}

/// "I have no decree, and was told to help found a cluster" (R10, R20).
public struct Blank: Hashable, Sendable {
    /// The host's own entry, identity included.
    public var member: Member
    /// The digest of its list of initial names.
    public var list: Digest

    /// A blank host's word.
    public init(member: Member, list: Digest) {
        self.member = member
        self.list = list
    }
}

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

/// The leader renews its lease (R15). Never re-sent: the next one replaces it.
public struct Heartbeat: Hashable, Sendable {
    /// The newest ballot of the sender's run.
    public var ballot: Ballot
    /// The slot of the sender's newest decree.
    public var slot: Slot
    /// The sender's clock, read before sending.
    public var sentAt: Instant
    /// How long a grant is asked for.
    public var lease: Span
    /// How much of its lease the sender has left; zero if it does not lead (R15).
    public var leaseLeft: Span
    /// What the leader knows of the members, in the order of the decree of `slot` (R23).
    public var table: [TableEntry]

    /// One member as the leader sees it.
    public struct TableEntry: Hashable, Sendable {
        /// The highest write number heard of it.
        public var writeNumber: UInt64
        /// Whether it has answered within the last lease.
        public var isHeard: Bool

        /// An entry.
        public init(writeNumber: UInt64, isHeard: Bool) {
            self.writeNumber = writeNumber
            self.isHeard = isHeard
        }
    }

    /// A heartbeat.
    public init(
        ballot: Ballot,
        slot: Slot,
        sentAt: Instant,
        lease: Span,
        leaseLeft: Span,
        table: [TableEntry] = []
    ) {
        self.ballot = ballot
        self.slot = slot
        self.sentAt = sentAt
        self.lease = lease
        self.leaseLeft = leaseLeft
        self.table = table
    }
}

/// A voter's grant; an observer's sign of life, which grants nothing (R15).
public struct Ack: Hashable, Sendable {
    /// The heartbeat's ballot.
    public var ballot: Ballot
    /// The heartbeat's slot.
    public var slot: Slot
    /// The heartbeat's own time, given back.
    public var sentAt: Instant
    /// The grant that was given: the heartbeat's lease, given back.
    public var lease: Span
    /// The newest slot that the sender holds on disk.
    public var durableSlot: Slot
    /// The write number of the record it rests on (R23).
    public var writeNumber: UInt64

    /// An acknowledgement.
    public init(
        ballot: Ballot,
        slot: Slot,
        sentAt: Instant,
        lease: Span,
        durableSlot: Slot,
        writeNumber: UInt64
    ) {
        self.ballot = ballot
        self.slot = slot
        self.sentAt = sentAt
        self.lease = lease
        self.durableSlot = durableSlot
        self.writeNumber = writeNumber
    }
}

/// "Every ballot of mine up to this one is dead" (R18).
public struct Release: Hashable, Sendable {
    /// The highest ballot of the run that lets go.
    public var ballot: Ballot
    /// Who is meant to be next: a hint only.
    public var successor: NodeID?

    /// A release.
    public init(ballot: Ballot, successor: NodeID?) {
        self.ballot = ballot
        self.successor = successor
    }
}

/// "No." Rests on nothing, promises nothing.
public struct Refusal: Hashable, Sendable {
    /// Which ballot was turned down; zero where the refusal answers none.
    public var ballot: Ballot
    /// What the sender has promised.
    public var promised: Ballot
    /// How long the sender is bound to another.
    public var freeIn: Span
    /// Why.
    public var reason: Reason

    /// Why a request is turned down.
    public enum Reason: UInt8, Hashable, Sendable, CaseIterable {
        /// A higher ballot has been promised.
        case promised = 1
        /// A grant to another, or the hold-off after a start, is not over (R7, R8).
        case bound = 2
        /// The sender lags and wants the decree.
        case behind = 3
        /// The asker may not ask: no voter, or one that may not lead.
        case standing = 4
        /// The lists of initial names differ, or an identity is not in them (R10).
        case list = 5
        /// Two living copies of the asker have been heard (R23b).
        case copied = 6
        /// The asker is not a member.
        case stranger = 7
    }

    /// A refusal.
    public init(ballot: Ballot, promised: Ballot, freeIn: Span, reason: Reason) {
        self.ballot = ballot
        self.promised = promised
        self.freeIn = freeIn
        self.reason = reason
    }
}

/// A command that a member passes on to the leader.
public struct Ask: Hashable, Sendable {
    /// Known by this, so that asking twice does it once.
    public var id: RequestID
    /// What is asked for.
    public var command: Command

    /// A command on its way.
    public init(id: RequestID, command: Command) {
        self.id = id
        self.command = command
    }
}

/// What came of a command.
public struct AskAnswer: Hashable, Sendable {
    /// Which command.
    public var id: RequestID
    /// What came of it.
    public var outcome: Outcome

    /// An answer.
    public init(id: RequestID, outcome: Outcome) {
        self.id = id
        self.outcome = outcome
    }
}
