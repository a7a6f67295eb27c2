// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// The one way in.
public enum Input: Sendable {
    /// First of all: what the disk remembers. The record must have been written anew under
    /// `Recovered.record.id` before this (DESIGN section 5).
    case started(Recovered)
    /// A message, from whom the session says, over a session whose handshake was begun then.
    case received(Message, from: NodeID, session: Instant)
    /// This record is on disk now.
    case stored(RecordID)
    /// A write or a sync failed: it is never tried again, this run is over.
    case storageFailed
    /// Time has passed.
    case deadline
    /// Something on this host wants something.
    case asked(Request)
    /// A hint that the peer's process is gone: its port is unreachable. It may start a canvass
    /// earlier; it shortens no wait that safety needs.
    case unreachable(NodeID)
    /// An authenticated datagram of this node came from an address, `host:port`, that is none of
    /// those it is known by: it has moved. The leader puts that into a decree. Nil where a word of
    /// that kind holds no longer.
    case located(NodeID, address: String?)
}

/// What this run starts from.
public struct Recovered: Sendable {
    /// The record as it stands on disk now.
    public var record: Record
    /// This host's own entry, for the genesis.
    public var member: Member
    /// For the genesis: what people call the cluster.
    public var clusterName: String
    /// For the genesis: the settings to begin with.
    public var settings: Settings
    /// A random number that no other run has.
    public var run: UInt64
    /// The end of the lease that the last run left on the page, if it still stands there and is of
    /// this boot and of the record's decree; nil otherwise.
    public var inherited: Instant?
    /// The protocol versions that this release speaks.
    public var versions = ProtocolVersion.supported

    /// A start.
    public init(
        record: Record,
        member: Member,
        clusterName: String,
        settings: Settings,
        run: UInt64,
        inherited: Instant? = nil
    ) {
        self.record = record
        self.member = member
        self.clusterName = clusterName
        self.settings = settings
        self.run = run
        self.inherited = inherited
    }
}

/// What something on this host may want.
public enum Request: Hashable, Sendable {
    /// A command for the leader, whoever that is. With `force` a change of voters is made although
    /// it leaves no spare; never one whose voters have no live majority.
    case command(Command, force: Bool = false, id: RequestID)
    /// Any list of members at all, by the leader itself: legal by the rules and not kind. It is for
    /// an explorer and a simulator; no operator can ask for it, and no host passes it on.
    case members([Member], id: RequestID)
    /// Whether programs of this host hold its leadership. While they do, a planned hand-over waits,
    /// and `Replica.handsOver` says so.
    case held(Bool)
    /// Let go of everything, for good: this process is about to stop (SIGTERM).
    case stop
    /// This process is about to be restarted, and gives nothing up: a leader asks once more, for a
    /// lease of this length (SIGUSR1).
    case restart(grace: Span)
}

/// What comes of a step. The fields stand in the order in which they are carried out: withdrawn,
/// then durable, then sent, then told.
public struct Effects: Hashable, Sendable {
    /// The page says more than the answer does now: take it back first, with a full fence, then
    /// files and socket, before anything else of this step leaves; no disk is waited for.
    public var withdraw = false
    /// To be written and synced; at most one is under way at any time.
    public var records: [Record] = []
    /// To be sent, each once the record in its `after` is on disk.
    public var messages: [Envelope] = []
    /// To be told, likewise.
    public var events: [Told] = []

    /// Nothing.
    public init() {}
}

/// A message on its way.
public struct Envelope: Hashable, Sendable {
    /// For whom.
    public var to: NodeID
    /// Which message: a re-sent one keeps its number, so that fragments that came are kept.
    public var number: UInt64
    /// How often it has been sent before.
    public var attempt: Int
    /// Whoever it is for has been silent for long.
    public var isInDoubt = false
    /// What it says.
    public var message: Message
    /// Held back until this record is on disk; nil for what rests on nothing new (R4).
    public var after: RecordID?

    /// A message with its conditions.
    public init(
        to: NodeID,
        number: UInt64,
        attempt: Int = 0,
        message: Message,
        after: RecordID? = nil
    ) {
        self.to = to
        self.number = number
        self.attempt = attempt
        self.message = message
        self.after = after
    }

    /// Whether the session that it goes over may be gone: a handshake is to begin, once in a while.
    public var doubtsSession: Bool { isInDoubt || (attempt > 0 && attempt.isMultiple(of: 3)) }
}

/// An event, told once the record in its `after` is on disk.
public struct Told: Hashable, Sendable {
    /// What happened.
    public var event: Event
    /// Held back until this record is on disk.
    public var after: RecordID?

    /// An event with its condition.
    public init(_ event: Event, after: RecordID? = nil) {
        self.event = event
        self.after = after
    }
}
