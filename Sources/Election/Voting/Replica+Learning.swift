// SPDX-License-Identifier: Apache-2.0

import Paxos

// Decrees that are chosen: learnt from their proposer, or from one who knows (R5, R6, R12, R22).

extension Replica {
    mutating func heardDecided(_ decree: Decree, from node: NodeID, at now: Instant) {
        if let ours = learner.decided {
            guard decree.cluster == ours.cluster else { return }
            if learner.contradicts(decree) {
                let oddity = "another decree \(decree.slot) than ours is decided"
                return contradicted(by: node, oddity, at: now)
            }
            guard decree.slot > ours.slot else { return }
            if let oddity = epochOddity(of: decree) {
                return contradicted(by: node, oddity, at: now)
            }
            // The next decree names the one before it; the root of a recovery is of another cluster. Where
            // that is not ours, two were chosen in one slot. Of a later decree nobody could tell, and it
            // would be learnt (R6): so is this one, for a leader of the other line must end.
            if decree.slot == acceptor.slot, decree.state.previous != ours.id {
                tell(.chosenTwice(node, slot: ours.slot))
            }
        }
        // Whoever decided this owns a ballot that ours has not stopped: ours are worth nothing more.
        if phase == .reigning || reigns.count > 0 { rest(at: now) }
        // Who missed the decree before may have been made a voter by it (R22).
        let mayHaveVoted = isVoter || learner.slot + 1 < decree.slot
        // Who never was a member only learns here whom to ask. A founder that has promised may have
        // been one by decrees that it missed, unless this is the first.
        let isExpected =
            isMember(me) || (isFounder && acceptor.promised > .zero && decree.slot > 1)
        if isExpected { wasMember = true }
        if !isExpected, let event = foundedBefore(decree, by: node) { tell(event) }
        decide(decree, at: now)
        if case .canvassing = phase { rest(at: now) }
        if decree.leader != me { endRelease(at: now) }
        if decree.state.member(me) != nil {
            if phase == .departing { rest(at: now) }
        } else if phase == .departing || (isExpected && mayHaveVoted) {
            // Who departs already asks the voters of the newer decree.
            depart(at: now)
        } else if isExpected {
            removed(at: now)
        }
        // A leader that another's decree has named stands at once (R18, R21).
        if decree.leader == me { backoffUntil = .zero }
    }

    /// Why this can be no decree of the open slot: nil where it may be one (R11, R13).
    func oddity(of decree: Decree) -> String? {
        guard decree.state.previous == (learner.decided?.id ?? .none) else {
            return "decree \(decree.slot) rests on another decree \(decree.slot - 1) than ours"
        }
        if let ours = learner.decided, decree.cluster != ours.cluster {
            return "decree \(decree.slot) is of another cluster"
        }
        return epochOddity(of: decree)
    }

    /// The same for any later slot: epochs never go down, and an epoch has one leader (R13).
    private func epochOddity(of decree: Decree) -> String? {
        guard let ours = learner.decided, decree.epoch <= ours.epoch else { return nil }
        guard decree.epoch == ours.epoch else {
            return "epoch \(decree.epoch) after \(ours.epoch) in slot \(decree.slot)"
        }
        guard decree.leader != ours.leader else { return nil }
        return "epoch \(decree.epoch) is led by \(decree.leader) and by \(ours.leader)"
    }

    /// Makes a decree the newest (R6). Grants stay as they are, even where it names another leader.
    mutating func decide(_ decree: Decree, at now: Instant) {
        if let ours = learner.decided {
            invariant(decree.epoch >= ours.epoch, "epoch \(decree.epoch) after \(ours.epoch)")
        }
        if learner.decided?.leader == me, decree.leader != me { ceaseReason = .succeeded }
        guard learner.learn(decree) else { return }
        acceptor.open(decree.slot + 1)
        ledger.changed(.decided)
        ledger.changed(.accepted)
        // A blank host that is shown a decree is a founder no more (R10).
        if origin != .join {
            origin = .join
            ledger.changed(.origin)
        }
        inherited = nil
        if heir == decree.leader || decree.leader != goneLeader { goneLeader = nil }
        if heir != decree.leader { heir = nil }
        forgetFounding()
        knocking.due = max(knocking.due, now + settings.lease)
        notePause(at: now)
        noteJoined()
        if isMember(me) { wasMember = true }
        meetMembers()
        for at in peers.indices {
            // Of where we are they speak anew, by this decree.
            peers[at].ownLocation = nil
            if peers[at].shownSlot >= decree.slot { peers[at].settle(.decided) }
        }
        tell(.decided(decree), after: ledger.after(.decided))
    }

    // R22: a voter that was removed goes on until a majority of the new voters holds the decree.

    mutating func depart(at now: Instant) {
        rest(at: now)
        phase = .departing
        knock(at: now)
        for voter in electorate { offerDecree(to: voter, at: now) }
        countDeparture(at: now)
    }

    mutating func countDeparture(at now: Instant) {
        guard let decided = learner.decided else { return }
        if decided.quorum.isMet(where: { (peer($0)?.durableSlot ?? 0) >= decided.slot }) {
            return removed(at: now)
        }
    }

    mutating func removed(at now: Instant) {
        tell(.removed, after: ledger.after(.decided))
        // The decree must reach the disk: the tombstone rests on it. So this is no halt yet.
        rest(at: now)
        phase = .departing
        knocking.due = .never
        settleAll(.canvass)
        settleAll(.decided)
    }
}
