// SPDX-License-Identifier: Apache-2.0

import Paxos

// A member that may lead asks around when it hears no leader. One that may not (an observer, a
// witness, a drained host) has nothing to ask for and would be silent; and if it was given another
// address meanwhile, the others would speak to where it is no more, for ever. So it asks as well: each
// word of its own shows where it is, and that it has no session with who was started anew.
//
//     leader ── heartbeat ──▶ the old address       nobody is there
//     leader ◀── canvass ──── the new address       decrypted: that is where it is now
//
// So does who asked around and was answered by too few: they would have nothing more to say to each
// other, and after a while each would take the other for silent.
//
// So does a voter that was removed, until it may go (R22): whom it asks may have moved or be gone,
// and others may vote by a decree that it has not heard of. Nobody sends it that unless it asks.

/// Asking around where one may not stand.
struct Knocking: Hashable, Sendable {
    /// When to ask next, if no leader is heard before.
    var due = Instant.zero
    /// Somebody was asked since a leader was heard.
    var hasAsked = false
}

extension Replica {
    /// When this host, which may not stand or found too few, asks around; nil for who may stand.
    var knockDue: Instant? {
        if phase == .departing { return knocking.due }
        if case .canvassing = phase { return learner.decided == nil ? nil : knocking.due }
        let knocks =
            learner.decided.map { isMember(me) && !mayStand(by: $0) }
            ?? (isFounder && !member.mayLead)
        return knocks && !isLeaving ? knocking.due : nil
    }

    mutating func knock(at now: Instant) {
        noteAsking(at: now)
        for node in askedAround where node != me && !isAsking(node, .canvass) {
            ask(node, .canvass, .canvass(question), at: now)
        }
    }

    /// Somebody is asked now: not again before a while is over.
    mutating func noteAsking(at now: Instant) {
        knocking = Knocking(due: now + knockPause, hasAsked: true)
    }

    /// Between two times of asking around.
    var knockPause: Span { max(settings.lease, .milliseconds(500)) }

    /// Whom to ask: who votes; and of a removed host everybody who stayed, for all voters may have
    /// moved since, and whoever knows a newer decree sends it.
    private var askedAround: [NodeID] {
        guard phase == .departing, let decided = learner.decided else { return electorate }
        return decided.state.members.map(\.id)
    }

    /// A leader is heard, until then: for a lease after that nothing need be asked.
    mutating func noteLeader(until end: Instant) {
        knocking.due = end + settings.lease
        guard knocking.hasAsked, phase == .resting else { return }
        knocking.hasAsked = false
        settleAll(.canvass)
    }

    /// Whether a node has not been heard for so long that the session with it is in doubt: it may
    /// have been started anew, and look for this host where it is no more.
    func isSilent(_ node: NodeID, at now: Instant) -> Bool {
        node != me && !(peer(node)?.isHeard(within: settings.lease, at: now) ?? false)
    }
}
