// SPDX-License-Identifier: Apache-2.0

import Paxos

/// What this replica knows of another node, and what it still wants from it.
struct Peer: Hashable, Sendable {
    let id: NodeID

    /// When its last message came; nil if none did in this run.
    var heardAt: Instant?
    var roundTrip = RoundTrip()
    /// The newest slot it has shown.
    var shownSlot: Slot = 0
    /// The newest slot it holds on disk, and when it last said so.
    var durableSlot: Slot = 0
    var durableAt: Instant?
    /// The decree that it was sent last, and when.
    var offeredSlot: Slot = 0
    var offeredAt = Instant.zero
    /// When it was last told that we lag behind it.
    var pulledAt: Instant?
    /// Whether the leader's last heartbeat said that it hears it.
    var isHeardByLeader = false
    /// How it answers this host's heartbeats.
    var attendance = Attendance()
    /// Members that are down and that it says it hears.
    var alsoHears: [NodeID] = []
    /// Where it was heard from last, as the shell knows it; nil if that was no news.
    var location: String?
    /// Where it hears this host from, by its last answer; nil if that was no news.
    var ownLocation: String?
    /// When its wish to join was last said to be refused.
    var joinToldAt: Instant?
    /// When it was last said to contradict what is known here.
    var contradictedAt: Instant?

    /// The protocol versions that it speaks; nil before its greeting.
    var versions: ClosedRange<UInt8>?
    /// The highest write number heard of it (R23).
    private(set) var writeNumber: UInt64 = 0
    /// When that number was heard.
    var writeHeardAt = Instant.zero
    /// Its run, and the runs that this one has replaced (R23b).
    var run: UInt64?
    /// When its run was first heard of.
    var runSince = Instant.zero
    var replacedRuns: [UInt64] = []
    /// Two copies of it are alive, as far as is known, until then.
    var copiedUntil = Instant.zero
    /// When the session was begun over which it was heard last.
    var session = Instant.zero

    /// What it has not answered yet, one of a kind at most.
    var wanted: [Wanted] = []

    init(_ id: NodeID) { self.id = id }

    /// Notes a write of its record that was heard of (R23).
    mutating func wrote(_ number: UInt64, at now: Instant) {
        if number > writeNumber { (writeNumber, writeHeardAt) = (number, now) }
    }

    /// Notes that it holds this slot on disk.
    mutating func holds(_ slot: Slot, at now: Instant) {
        durableSlot = max(durableSlot, slot)
        durableAt = now
    }

    /// Whether it was heard within this span.
    func isHeard(within span: Span, at now: Instant) -> Bool {
        heardAt.map { now - $0 <= span } ?? false
    }

    /// Whether to send it this decree now, and not once more for each of its words: they are short,
    /// a decree is long, and most were said before the last copy came.
    mutating func wants(_ slot: Slot, within interval: Span, at now: Instant) -> Bool {
        if offeredSlot == slot, now - offeredAt < interval { return false }
        (offeredSlot, offeredAt) = (slot, now)
        return true
    }

    /// What was asked is answered or overtaken.
    mutating func settle(_ kind: Wanted.Kind) {
        // Most often nothing is wanted, and this is asked for at each step.
        guard !wanted.isEmpty else { return }
        wanted.removeAll { $0.kind == kind }
    }
}

/// A request that wants an answer: re-sent as it is until there is one, or it is overtaken.
struct Wanted: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case hello, canvass, prepare, accept, release, decided, ask, join
    }

    let kind: Kind
    var envelope: Envelope
    /// When it is sent again.
    var due: Instant

    /// A peer that is silent for so many re-sends of a decree or a greeting is left alone until it
    /// is heard, or a new session greets it: any message of it will show the lower slot again.
    private static let attemptsLimit = 8

    /// Whether the peer was silent for so many re-sends of this that it is left alone.
    var isInVain: Bool {
        guard envelope.attempt >= Self.attemptsLimit else { return false }
        return kind == .decided || kind == .hello || kind == .join
    }
}
