// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// The second phase: nothing goes wrong any more. Whoever is up and can, must elect in time, and all
// must agree (DESIGN section 1, promise 4).

extension World {
    /// The faults stop.
    mutating func calm() {
        calmSince = now
        trace.note(now, -1, 20, 0, "NOTHING GOES WRONG ANY MORE")
        for from in cuts.indices {
            for to in cuts.indices { cuts[from][to] = 0 }
        }
        leaveSomeOut()
        bringHome()
        for host in hosts.indices {
            if host >= plan.members, hosts[host].face == host { continue }
            guard let process = hosts[host].process else {
                queue.plan(.boot(host: host), at: now + 1)
                continue
            }
            if process.isPaused { wake(host, process.run) }
            freeDisk(of: host)
        }
        queue.plan(.deadline, at: now + bound)
        observe()
    }

    /// Sometimes a minority stays down: a majority must do.
    private mutating func leaveSomeOut() {
        guard !plan.has(.membership), !hasLostDisks, !plan.has(.recovery), faultDice.one(in: 2),
            let decree = chronicle.newest
        else { return }
        let voters = decree.quorum.voters.count
        for host in hosts.indices.shuffled(using: &faultDice).prefix((voters - 1) / 2) {
            crash(host, power: true)
            hosts[host].isOut = true
            trace.note(now, host, 21, 0, "stays down")
        }
    }

    /// How long an election may take now (promise 4): a hold-off and a lease, two leases more since
    /// links were cut, the round trips and syncs of canvass, prepare, accept, a pending value and a
    /// last heartbeat, everybody's stagger, and before all that the way to a session: a second
    /// until a dead one is suspected, and the longest RTO.
    var bound: Int64 {
        let trip = plan.delay.upperBound * 2
        let (lease, sync) = (plan.lease, plan.sync.upperBound)
        let stagger = max(5_000_000, trip * 2 + sync * 4) * Int64(plan.hosts)
        // Half-open handshakes of runs that are gone keep new ones of the same host out.
        let halfOpen: Int64 = plan.isSealed ? 6_000_000_000 : 0
        // Who granted the grace to a leader that did not come back holds off for as long, and again
        // after a start.
        let grace = plan.has(.stop) ? plan.grace * 2 : 0
        // Who moved is found by its own next words: each end doubts a session once a second, and
        // tries again, and asks around, half a second later.
        let search: Int64 = plan.has(.move) ? 1_500_000_000 : 0
        return lease * 4 + grace + trip * 7 + sync * 8 + stagger + 1_500_000_000 + halfOpen + search
    }

    /// Whether the hosts that are up must be able to elect: from the newest decree that a majority
    /// of its own voters holds up to the newest chosen one, each has a living majority, and somebody
    /// who may lead (PROTOCOL section 3, item 2; R22).
    func isElectable(_ own: Int) -> Bool {
        func isAlive(_ node: NodeID) -> Bool {
            hosts.contains {
                $0.node == node && !$0.isRetired && !$0.isOut && cluster(of: $0.index) == own
            }
        }
        func holds(_ node: NodeID, _ slot: Slot) -> Bool {
            hosts.contains {
                $0.node == node && ($0.record?.decided?.slot ?? 0) >= slot
                    && cluster(of: $0.index) == own
            }
        }
        guard chronicles[own].newest != nil else {
            // A genesis needs them all.
            return hosts.prefix(plan.founders).allSatisfy { $0.incarnation == 0 }
        }
        for decree in chronicles[own].chosen.reversed() {
            guard decree.quorum.isMet(where: isAlive),
                decree.quorum.voters.contains(where: { voter in
                    isAlive(voter) && decree.state.member(voter)?.mayLead ?? false
                })
            else { return false }
            if decree.quorum.isMet(where: { isAlive($0) && holds($0, decree.slot) }) {
                return true
            }
        }
        return chronicles.count == 1
            && hosts.prefix(plan.founders).allSatisfy { $0.incarnation == 0 && !$0.isOut }
    }

    /// Whether there is a cluster that must elect.
    var isElectable: Bool { chronicles.indices.contains { isElectable($0) } }

    /// Whether one leads and all members that are up follow it, by the newest decree.
    var agree: Bool {
        // With several clusters, each that can elect must.
        if chronicles.count == 1 { return agree(0) }
        let living = chronicles.indices.filter { isElectable($0) }
        return !living.isEmpty && living.allSatisfy { agree($0) }
    }

    private func agree(_ own: Int) -> Bool {
        guard let newest = chronicles[own].newest else { return false }
        var isLed = false
        for host in hosts where !host.isOut && !host.isRetired {
            guard newest.state.member(host.node) != nil, cluster(of: host.index) == own else {
                continue
            }
            guard host.page.decree == newest, host.page.validUntil > host.clock.now(at: now) else {
                return false
            }
            switch host.page.standing {
            case .leader: isLed = true
            case .follower: break
            case .unsure: return false
            }
        }
        return isLed
    }

    /// A page has changed: do all agree now?
    mutating func observe() {
        guard let calmSince, agreedAt == nil, !isBeyond, agree else { return }
        agreedAt = now
        trace.note(
            now,
            -1,
            22,
            UInt64(now - calmSince),
            "all agree, \(Span(nanoseconds: now - calmSince)) after the last fault"
        )
        // What operators asked for before is still being passed on for a while, and who handed over
        // tells it some times; and a session that a restart has ended is doubted once a second.
        let rest = max(plan.lease * 6, plan.isSealed ? 3_000_000_000 : 0)
        queue.plan(.settled, at: now + rest)
    }

    /// From now on nothing has a reason to change any more.
    mutating func settled() {
        slotsAgreed = chronicles.map(\.highest)
        slotLooked = slotsAgreed.reduce(0, +)
        // Nor is it idle while a decree is chosen and on its way.
        isIdle = agree
        settledAt = now
        queue.plan(.end, at: now + plan.lease * 4)
    }

    /// The time for an election is over.
    mutating func missed() {
        if isBeyond {
            isOver = true
            return livingCopiesAreFound()
        }
        guard agreedAt == nil else { return }
        guard isElectable else {
            isOver = true
            return
        }
        boundedElection()
    }

    private mutating func boundedElection() {
        violate(
            "boundedElection",
            "no agreement \(Span(nanoseconds: bound)) after the last fault; " + activities
        )
    }

    /// What each host shows and what it is doing.
    var activities: String {
        hosts.map { host in
            let view = host.process?.replica.view(at: host.clock.now(at: now))
            return "\(host.node): \(host.page.standing) slot=\(host.page.decree?.slot ?? 0), "
                + (host.isRetired ? "removed" : host.isOut ? "out" : view?.activity ?? "down")
        }.joined(separator: "; ")
    }

    /// Four leases later: nobody has lost what was agreed.
    ///
    /// A leader goes on making decrees: who is up again, who becomes a voter. Nobody agrees while
    /// one of them is on its way. So a disagreement is looked at again a lease later, but only if a
    /// decree was made in the last one, and so often at most: they come to an end.
    mutating func stillAgreed() {
        let slot = chronicles.reduce(0) { $0 + $1.highest }
        if isElectable, !agree, slot > slotLooked, looks < 8 {
            (looks, slotLooked) = (looks + 1, slot)
            queue.plan(.end, at: now + plan.lease)
            return
        }
        // What has just been learned of a host's address is written down some seconds later.
        // And who was removed and has moved must first be found.
        let isLate = !addressesAreWritten || (plan.has(.move) && lingerer != nil)
        if isElectable, isLate, now < settledAt + 30_000_000_000 {
            queue.plan(.end, at: now + plan.lease)
            return
        }
        isOver = true
        guard isElectable else { return }
        movedHostsAreWrittenDown()
        leadershipIsStable()
        if !agree { violate("leadershipIsStable", "all agreed, and no longer do") }
        removedHostsLeave()
        // A stretch in which a decree was made is not idle.
        if chronicles.count == 1, chronicle.highest == slotsAgreed[0] {
            idleIsCheap(for: now - settledAt)
        }
    }

    /// Where nothing goes wrong nobody takes over; but where `preempt-after` is set, one whom the
    /// members prefer may, each time one whom they prefer more.
    mutating func leadershipIsStable() {
        for (own, since) in slotsAgreed.enumerated() {
            if chronicles.count == 1 || isElectable(own) { leadershipIsStable(in: own, since) }
        }
    }

    private mutating func leadershipIsStable(in own: Int, _ since: Slot) {
        let chronicle = chronicles[own]
        for decree in chronicle.chosen where decree.slot > since {
            // What was asked for before, and not decided then, may be recovered and decided now.
            guard let before = chronicle.chosen(decree.slot - 1), decree.leader != before.leader,
                ![.transfer, .stop, .drain].contains(decree.state.cause)
            else { continue }
            let (old, new) = (
                before.state.member(before.leader)?.priority ?? 0,
                decree.state.member(decree.leader)?.priority ?? 0
            )
            if decree.state.settings.preemptAfter == nil || new <= old {
                violate(
                    "leadershipIsStable",
                    "\(before.leader) (priority \(old)) led in epoch \(before.epoch), then "
                        + "\(decree.leader) (priority \(new)) did, and nothing was wrong"
                )
            }
        }
    }
}
