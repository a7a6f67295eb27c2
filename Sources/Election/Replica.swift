// SPDX-License-Identifier: Apache-2.0

package import Paxos

/// One node's part in the election: the protocol of PROTOCOL.md as a value.
///
/// One way in, `step`; one way out, `Effects`. It has no clock, no disk and no network: what it
/// knows it was told, what it wants it says. Copy it, compare it, run two futures of it.
///
/// The rules are kept in the extensions: voting (R7 to R11, R15, R18), standing for leader (R3,
/// R13, R19), leading (R12, R14 to R18), learning (R5, R6, R22), the genesis (R10, R20), commands
/// (R18, R21), and the detection of copied disks (R23).
public struct Replica<Hash: DigestFunction>: Hashable, Sendable {
    // Who we are.
    var me = NodeID.nobody
    var member = Member(id: .nobody)
    var clusterName = ""
    var firstSettings = Settings()
    var run: UInt64 = 0
    var versions = ProtocolVersion.supported
    var random: SplitMix64

    // What must not be forgotten: in memory, and (`durable`) what of it is on disk.
    var origin = Origin.join
    var learner = Learner<Decree>()
    var acceptor = Acceptor<Decree>()
    var maxLease = Span.zero
    var ledger = Ledger()
    /// The write that this run began with: a later one is known only to who has heard this run.
    var firstWrite: UInt64 = 0
    var durable: Decree?
    var writing: Record?
    var writeBegan = Instant.zero
    var syncTimes: [Span] = []

    // The voter.
    var doorman = VoterGuard()

    // The proposer: the ballots of this run that still matter, oldest first.
    var reigns: [Reign] = []
    var phase = Phase.resting
    var highestRound: UInt64 = 0
    var backoffUntil = Instant.zero
    var knocking = Knocking()
    var setbacks: UInt64 = 0
    var goneLeader: NodeID?
    /// Why that one is gone.
    var goneCause = Cause.stop
    var heir: NodeID?
    var nextHeartbeat = Instant.zero
    var acceptUnderWay: AcceptRequest?

    // The genesis.
    /// The digest of our list of names; nil on a host that founds nothing.
    var listDigest: Digest?
    var foundingMembers: [Member] = []
    var complaints: [NodeID] = []

    // The others.
    var peers: [Peer] = []
    var heardLeader: HeardLeader?
    /// Nothing below this slot is published; nil in a run that began blank and has not yet heard a
    /// leader (R5d).
    var publishFloor: Slot?

    // What a leader does by itself, and how a host becomes a member.
    var upkeep = Upkeep()
    var joining = Joining()
    /// Whether this identity has ever been a member.
    var wasMember = false
    /// The pause that this run has come to know.
    var pauseSeen = PauseSeen()

    // Commands, and letting go.
    /// Programs of this host hold its leadership.
    var isHeld = false
    var commands: [Order] = []
    var inHand: Order?
    /// What other hosts' commands were answered last, the newest last.
    var replies: [AskAnswer] = []
    var passedOn: [PassedOn] = []
    var isLeaving = false
    var releaseUntil: Instant?
    var restarting: Restarting?

    // What the page says, to tell what must be taken back; what has been told of it.
    var published = Answer.unsure
    var announced = Answer.unsure
    var ceaseReason: Event.Ceased?
    var inherited: Instant?
    var inheritedFrom: DecreeID?

    /// When `step(.deadline)` is wanted at the latest.
    public internal(set) var deadline: Instant?

    // This step's effects, and messages to oneself that wait for the disk.
    var out = Effects()
    var ownMail: [Envelope] = []
    /// How digests are made. It takes no room; but a value whose size nobody can know where these
    /// lines are compiled is worked on where it lies, and this one is too large to be copied for
    /// each call of a method.
    private let digests = Hash()
    /// What this step has said to the node itself, kept only where somebody reads along; else nil.
    package var murmur: [Envelope]?
    /// The newest ballot that this run has heard to be given up (R18).
    package var released: Ballot { doorman.released }
    /// The longest lease that it remembers having granted (R7).
    package var longestLease: Span { maxLease }
    var lastNumber: UInt64 = 0
    var lastStep = Instant.zero

    /// A replica that has yet to be started: the first input is `.started`.
    ///
    /// - Parameter seed: spreads its back-offs; nothing secret.
    public init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// Takes one input and says what comes of it (R8: `now` is read after a message was taken from
    /// its socket).
    public mutating func step(_ input: Input, at now: Instant) -> Effects {
        invariant((me == .nobody) == input.isStart, "a replica is started once, and first")
        out = Effects()
        if murmur != nil { murmur = [] }
        lastStep = now
        // What has ended while nobody looked is told to have ended, also where this very input
        // begins it anew: else who watches would miss one of the two.
        if announced.standing != .unsure, announced.validUntil <= now {
            announce(answer(at: now), at: now)
        }
        switch input {
        case .started(let recovered): start(recovered, at: now)
        case .received(let message, let node, let session):
            receive(message, from: node, session: session, at: now)
        case .stored(let id): stored(id, at: now)
        case .storageFailed: storageFailed(at: now)
        case .deadline: break
        case .asked(let request): asked(request, at: now)
        case .unreachable(let node): unreachable(node, at: now)
        case .located(let node, let address): located(node, address)
        }
        settle(at: now)
        return out
    }

    /// Does what is due, delivers what this node says to itself, and completes the effects.
    private mutating func settle(at now: Instant) {
        var turns = 0
        var hasHeard: Bool
        repeat {
            turns += 1
            hasHeard = false
            invariant(turns < 1000, "no rest: \(self)")
            advance(at: now)
            // All that this node said to itself, and what it answered itself, before it looks
            // around again: a leader's heartbeat is its own grant in one turn.
            while deliverOwnMail(at: now) { hasHeard = true }
            announce(answer(at: now), at: now)
            deadline = soonest
        } while hasHeard || isDue(at: now)
        if beginWrite(at: now) { deadline = soonest }
        out.withdraw = published.exceeds(announced)
        published = announced
    }

    /// When something is due next; what `deadline` keeps until a step has changed it.
    var soonest: Instant? {
        // A run that votes no more waits for nothing: it would be due for ever.
        guard !isHalted else { return nil }
        var next = Instant.never
        if announced.standing != .unsure { next = min(next, announced.validUntil) }
        // In place, for a peer and an envelope are large.
        for at in peers.indices {
            for index in peers[at].wanted.indices
            where isOnDisk(peers[at].wanted[index].envelope.after) {
                next = min(next, peers[at].wanted[index].due)
            }
        }
        if let due = phaseDue { next = min(next, due) }
        if let releaseUntil { next = min(next, releaseUntil) }
        for order in passedOn { next = min(next, order.until) }
        return next == .never ? nil : next
    }

    private func isDue(at now: Instant) -> Bool { deadline.map { $0 <= now } ?? false }

    /// What to publish, evaluated at the moment of use (R16). Who leads needs no floor (R5d): a
    /// majority stands behind its slot. Where the standing is `unsure`, the decree beside it is only
    /// what this host holds, and may be below the floor.
    public func answer(at now: Instant) -> Answer {
        guard let held = durable, !isHalted else {
            return Answer(standing: .unsure, decree: durable, validUntil: .zero)
        }
        if let end = leaseEnd(at: now), let decided = learner.decided,
            held.leader == me, held.epoch == decided.epoch
        {
            return Answer(standing: .leader, decree: held, validUntil: end)
        }
        // Who is removed follows nobody any more.
        if let heard = heardLeader, heard.until > now, heard.leader == held.leader,
            phase != .departing,
            held.epoch == learner.decided?.epoch, held.leader != me,
            let publishFloor, held.slot >= publishFloor
        {
            return Answer(standing: .follower, decree: held, validUntil: heard.until)
        }
        return Answer(standing: .unsure, decree: held, validUntil: .zero)
    }

    /// The end of this node's lease, later than `now`; nil if it does not lead (R14). A lease that
    /// the last run left on the page stands until its own deadline, as long as the decree it rests
    /// on is the newest known.
    func leaseEnd(at now: Instant) -> Instant? {
        guard let decided = learner.decided, decided.leader == me, !isHalted else { return nil }
        var end = Instant.zero
        if inheritedFrom == decided.id, let inherited { end = inherited }
        for at in reigns.indices { end = max(end, reigns[at].leaseEnd(by: decided) ?? .zero) }
        return end > now ? end : nil
    }

    /// Whether this run votes no more. What it wanted to say before and what still waits for a record
    /// is not to be said then: who was told that it runs on an older image, or that there are two of
    /// it, gives its word to nobody (R23).
    public var isHalted: Bool {
        if case .halted = phase { true } else { false }
    }

    /// Turns a change of the answer into events. A renewal is none.
    private mutating func announce(_ new: Answer, at now: Instant) {
        let old = announced
        announced = new
        // A reason is for what it ends in the same step.
        defer { ceaseReason = nil }
        if old.standing == new.standing && old.decree?.epoch == new.decree?.epoch { return }
        if old.standing == .leader, let decree = old.decree {
            tell(.ceased(epoch: decree.epoch, ceaseReason ?? .expired))
        }
        guard let decree = new.decree else { return }
        switch new.standing {
        case .leader:
            tell(.leads(epoch: decree.epoch))
            // The others learn at once that somebody leads, not an interval later.
            nextHeartbeat = now
            beginUpkeep(epoch: decree.epoch, at: now)
        case .follower: tell(.follows(decree.leader, epoch: decree.epoch))
        case .unsure: if old.standing != .unsure { tell(.unsure) }
        }
    }
}

/// What a replica is doing.
enum Phase: Hashable, Sendable {
    /// Following, or waiting until it may stand.
    case resting
    /// Asking around whether it would be served (R19).
    case canvassing(Canvassing)
    /// Holding a ballot: preparing, proposing or leading.
    case reigning
    /// No longer a member; the others are being told (R22).
    case departing
    /// Voting no more in this run.
    case halted
}

/// The leader as it was heard last: a hint with an end.
struct HeardLeader: Hashable, Sendable {
    let leader: NodeID
    let slot: Slot
    let until: Instant
}

extension Input {
    fileprivate var isStart: Bool {
        if case .started = self { return true }
        return false
    }
}
