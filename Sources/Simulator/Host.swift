// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Session
import Storage

/// One host: a clock, a disk, a page that applications read, and perhaps a process.
struct Host {
    let index: Int
    /// Which it is among all that ever ran here: a lost disk makes a new one.
    var node: NodeID
    var incarnation: UInt64 = 0
    /// The entry it brings to a genesis.
    var member: Member
    var clock: HostClock
    /// Counts power losses: a page of another boot says nothing.
    var boot = 0
    var drive: Drive
    /// What a start after a power loss would find on the drive, as the real reader reads it; nil
    /// where it would find a lost memory. Read anew whenever the platter changes.
    var record: Record? {
        get { memory?.record }
        set { memory = newValue.map { Memory($0) } }
    }
    /// The same where it is only looked at.
    private(set) var memory: Memory?
    /// The newest write that this identity has built on.
    var stored = RecordID(1)
    /// A copy was spoilt since both were written last.
    var isRotten = false
    /// A sync has failed: nobody knows what the platter holds.
    var hasFailed = false
    var page = Page()
    var process: Process?
    /// It was removed from the cluster and has written its tombstone: it does not start again.
    var isRetired = false
    /// Which host's state directory this one has: its own, or the one that it is a copy of.
    var face: Int
    /// An image of the disk that may be put back.
    var image: Image?
    /// The latest epoch that it named a leader for, whoever it was then.
    var shownEpoch: UInt64 = 0
    /// In which cluster that was.
    var shownCluster = 0
    /// What it has sent since nothing happens any more.
    var idle = Traffic()
    /// The versions of the protocol that its release speaks.
    var versions: ClosedRange<UInt8> = 1...1
    /// Which of its places it is at.
    var move = 0
    /// In the liveness phase it stays down.
    var isOut = false
}

/// A record that the platter holds. A class, so that looking at it copies nothing.
final class Memory {
    let record: Record

    init(_ record: Record) { self.record = record }
}

/// What was on a disk some time ago.
struct Image {
    let drive: Drive
    let node: NodeID
}

/// The lease page: what an application on this host believes.
struct Page: Hashable {
    var standing = Standing.unsure
    var decree: Decree?
    var validUntil = Instant.zero
    /// The boot that it was written in.
    var boot = 0
}

/// A running process: the replica and the shell around it. A class, so that looking at it copies
/// nothing; what it holds are values.
final class Process {
    let run: UInt64
    var replica: Replica<MixDigest>
    /// False until the record has been written anew (DESIGN section 5).
    var isStarted = false
    /// Standing still until it is woken.
    var isPaused = false
    /// Asked to stop in order.
    var isStopping = false
    /// It ends, with its page left as it is, as soon as the replica lets it.
    var isRestarting = false
    /// The newest write that the process knows to be on disk; the disk may be ahead of that.
    var stored = RecordID(0)
    /// Which copy is written next.
    var slots = RecordSlots<MixDigest>(a: nil, b: nil)
    /// What watchers were told last.
    var told = Snapshot(Page())
    /// Who has granted this run anything, and until when at most.
    var grants = Roll<Instant>()
    /// Who has said which slot it holds on disk, and when it was heard last.
    var reports = Roll<Report>()
    /// What it has proposed last as a value of its own.
    var made: DecreeID?
    /// The end of the lease that the last run had left.
    var inherited: Instant?
    /// Its real sessions, in a world that has them.
    var line: Line?
    /// Where members were heard from.
    var whereabouts = Whereabouts<NodeID, Place>()
    /// Whom it has been greeted by.
    var met: [Acquaintance] = []
    /// It was told that there is an older image or a copy of it (R23).
    var isToldOff = false
    /// What is being written, and what comes after it.
    var job: Job?
    var waiting: Record?
    /// What the run begins with.
    var record: Record?
    /// It has been told that the disk has failed.
    var hasHeardOfFailure = false
    /// What the last step wants done and is not done yet: only while the process stands still.
    var rest: (agenda: Agenda, from: Int)?
    /// What waits for a record to reach the disk, in order.
    var held: [Held] = []
    /// What has come while the process stood still.
    var inbox: [Waiting] = []
    /// The moment of the timer that is set; nil if none is.
    var timer: Moment?
    /// By host: the session that is sent on, the handshake under way, and when the last was begun.
    var links: [Link]

    init(run: UInt64, seed: UInt64, hosts: Int) {
        self.run = run
        replica = Replica(seed: seed)
        links = Array(repeating: Link(), count: hosts)
    }

    /// When the replica wants to be stepped.
    var deadline: Instant? { Self.deadline(of: &replica) }

    /// The greeting for a new session with this node.
    func greet(_ node: NodeID) -> Envelope { replica.greet(node) }

    /// What the replica answers.
    func answer(at now: Instant) -> Answer { Self.answer(of: &replica, at: now) }

    // In place: a property of a class is copied before it is asked, and a replica is large.

    private static func deadline(of replica: inout Replica<MixDigest>) -> Instant? {
        replica.deadline
    }

    private static func answer(of replica: inout Replica<MixDigest>, at now: Instant) -> Answer {
        replica.answer(at: now)
    }
}

/// What a process has with another host.
struct Link {
    var session: Int?
    var opening: Int?
    var suspected: Moment?
    /// Where the newest of what came from there was sent from, and when that was.
    var heardFrom = 0
    var heardAt: Moment = 0
}

/// Something that came while nobody looked.
enum Waiting {
    case packet(Packet)
    case stored(RecordID, failed: Bool)
    case timer
}
