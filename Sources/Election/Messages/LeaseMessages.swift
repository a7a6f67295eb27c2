// SPDX-License-Identifier: Apache-2.0

public import Paxos

// The lease on the wire: asked for, granted, let go of (R15, R18). The asker's own time travels
// there and back; it means nothing to anybody else.

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
        /// Whether it was heard within the last two leases.
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
    /// Members that are down by the decree and that the sender hears all the same: their names are
    /// in live use.
    public var alsoHears: [NodeID]
    /// Where the leader is heard from, if that is none of its addresses: it has moved, and nobody
    /// can see that of itself.
    public var leaderAddress: String?

    /// An acknowledgement.
    public init(
        ballot: Ballot,
        slot: Slot,
        sentAt: Instant,
        lease: Span,
        durableSlot: Slot,
        writeNumber: UInt64,
        alsoHears: [NodeID] = [],
        leaderAddress: String? = nil
    ) {
        self.ballot = ballot
        self.slot = slot
        self.sentAt = sentAt
        self.lease = lease
        self.durableSlot = durableSlot
        self.writeNumber = writeNumber
        self.alsoHears = alsoHears
        self.leaderAddress = leaderAddress
    }
}

/// "Every ballot of mine up to this one is dead" (R18).
public struct Release: Hashable, Sendable {
    /// The highest ballot of the run that lets go.
    public var ballot: Ballot
    /// Who is meant to be next: a hint only.
    public var successor: NodeID?
    /// Whether it lets go because it found itself unfit: its disk has failed. For the reason of the
    /// next decree, and nothing else.
    public var isUnfit: Bool

    /// A release.
    public init(ballot: Ballot, successor: NodeID?, isUnfit: Bool = false) {
        self.ballot = ballot
        self.successor = successor
        self.isUnfit = isUnfit
    }
}
