// SPDX-License-Identifier: Apache-2.0

// What a replica remembers and safety never asks for. An explorer that visits every state has it
// forgotten after each step: two replicas that may do the same are equal then, and meet.

extension Replica {
    /// Forgets numbers of messages, measured times, chance, and when it wants to ask again.
    ///
    /// What is left is a replica that could have come about with other round trips, other syncs and
    /// another seed. It never re-sends, so the world round it must keep what was sent; and whoever
    /// was heard in this run counts as heard for good, which decides what is offered to it, never
    /// what is safe.
    package mutating func forgetIncidentals(at now: Instant) {
        out = Effects()
        (lastNumber, lastStep) = (0, .zero)
        random = SplitMix64(seed: 0)
        (setbacks, syncTimes, writeBegan) = (0, [], .zero)
        (upkeep, joining) = (Upkeep(), Joining())
        for at in commands.indices { commands[at].patience = .zero }
        if pauseSeen.until <= now { pauseSeen.until = .zero }
        if backoffUntil <= now { backoffUntil = .zero }
        knocking = Knocking(due: .never)
        if nextHeartbeat <= now { nextHeartbeat = .zero }
        if let heardLeader, heardLeader.until <= now { self.heardLeader = nil }
        for at in ownMail.indices { ownMail[at].number = 0 }
        if case .canvassing(var canvassing) = phase {
            canvassing.replies.sort { $0.node < $1.node }
            phase = .canvassing(canvassing)
        }
        for at in peers.indices { peers[at].forgetIncidentals() }
        peers.sort { $0.id < $1.id }
    }
}

extension Peer {
    fileprivate mutating func forgetIncidentals() {
        roundTrip = RoundTrip()
        pulledAt = nil
        (offeredSlot, offeredAt) = (0, .zero)
        (runSince, session, writeHeardAt) = (.zero, .zero, .zero)
        attendance = Attendance()
        (alsoHears, joinToldAt, contradictedAt) = ([], nil, nil)
        (location, ownLocation) = (nil, nil)
        if heardAt != nil { heardAt = .never }
        if durableAt != nil { durableAt = .never }
        settle(.hello)
        for at in wanted.indices {
            wanted[at].due = .never
            wanted[at].envelope.number = 0
            wanted[at].envelope.attempt = 0
            wanted[at].envelope.isInDoubt = false
        }
        wanted.sort { $0.kind.rank < $1.kind.rank }
    }
}

extension Wanted.Kind {
    fileprivate var rank: Int {
        switch self {
        case .hello: 0
        case .canvass: 1
        case .prepare: 2
        case .accept: 3
        case .release: 4
        case .decided: 5
        case .ask: 6
        case .join: 7
        }
    }
}
