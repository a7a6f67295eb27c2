// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// The properties of what is published, one function each, named for it. They are checked in true
// time when a page is written, the only moment at which they can break.

extension World {
    /// A page was written: the only moment at which a lease can begin.
    mutating func checkPage(_ host: Int) {
        leasesNeverOverlap(host)
        oneLeaderPerEpoch(host)
        observersNeverCount(host)
        copiesGiveNoLease(host)
        publishedNeverExceedsDecided(host)
        epochsNeverGoBack(host)
        epochsNeverGoBackOnAHost(host)
        tokensAreNeverShared(host)
        if calmSince != nil { observe() }
    }

    /// At no instant do two hosts' applications believe that they lead.
    mutating func leasesNeverOverlap(_ host: Int) {
        guard leads(host) else { return }
        let own = cluster(of: hosts[host].page.decree)
        for other in hosts.indices where other != host && leads(other) {
            // Two clusters have two leaders, and each its own tokens.
            guard cluster(of: hosts[other].page.decree) == own else { continue }
            violate(
                "leasesNeverOverlap",
                "\(hosts[host].node) takes epoch \(hosts[host].page.decree?.epoch ?? 0) while "
                    + "\(hosts[other].node) holds \(hosts[other].page.decree?.epoch ?? 0)"
            )
        }
    }

    /// What a reader of the page concludes.
    func leads(_ host: Int) -> Bool {
        let page = hosts[host].page
        return page.standing == .leader && page.boot == hosts[host].boot
            && local(host) < page.validUntil
    }

    /// No epoch has two leaders, ever.
    mutating func oneLeaderPerEpoch(_ host: Int) {
        guard leads(host), let decree = hosts[host].page.decree else { return }
        guard decree.leader == hosts[host].node else {
            return violate(
                "oneLeaderPerEpoch",
                "\(hosts[host].node) leads by a decree of \(decree.leader)"
            )
        }
        let own = cluster(of: decree)
        if let before = chronicles[own].led(hosts[host].node, epoch: decree.epoch) {
            violate(
                "oneLeaderPerEpoch",
                "epoch \(decree.epoch) was led by \(before), now by \(hosts[host].node)"
            )
        }
    }

    /// What one incarnation publishes never goes back, across crashes and restarts.
    mutating func epochsNeverGoBack(_ host: Int) {
        guard let decree = hosts[host].page.decree else { return }
        let node = hosts[host].node
        if let before = chronicle.published(node, slot: decree.slot, epoch: decree.epoch) {
            violate(
                "epochsNeverGoBack",
                "\(node) published slot \(before.slot) epoch \(before.epoch), then slot "
                    + "\(decree.slot) epoch \(decree.epoch)"
            )
        }
    }

    /// Whoever names a leader names none of an earlier epoch than this host did before, whatever
    /// became of its disk meanwhile (R5d).
    mutating func epochsNeverGoBackOnAHost(_ host: Int) {
        let page = hosts[host].page
        guard page.standing != .unsure, let decree = page.decree else { return }
        let own = cluster(of: decree)
        // Who was set up anew may have come to a cluster that knows nothing of its last one.
        let isRelated =
            own == hosts[host].shownCluster || chronicles[own].parent == hosts[host].shownCluster
        if isRelated, decree.epoch < hosts[host].shownEpoch {
            violate(
                "epochsNeverGoBackOnAHost",
                "n\(host + 1) shows epoch \(decree.epoch) after \(hosts[host].shownEpoch)"
            )
        }
        (hosts[host].shownEpoch, hosts[host].shownCluster) = (decree.epoch, own)
    }

    /// A lease rests on grants of a majority of the decree's voters: what observers and strangers
    /// say is no grant (R14, R15).
    mutating func observersNeverCount(_ host: Int) {
        guard !restsOnGrants(host), let process = hosts[host].process else { return }
        let grants = process.grants.map { "\($0.node) until \($0.value.nanoseconds)" }
        violate(
            "observersNeverCount",
            "\(hosts[host].node) leads until \(hosts[host].page.validUntil.nanoseconds) by the "
                + "grants of \(grants), no majority of the voters"
        )
    }

    /// Whether who leads by its page has heard grants of a majority that last as long, or has
    /// inherited the lease; true of whoever does not lead.
    ///
    /// The page may lag behind the decree that the replica leads by, until that is on disk (R5b):
    /// the voters are those of any decree that was chosen since, under the same epoch.
    func restsOnGrants(_ host: Int) -> Bool {
        guard leads(host), let process = hosts[host].process, let decree = hosts[host].page.decree
        else { return true }
        let (node, end) = (hosts[host].node, hosts[host].page.validUntil)
        func isGranted(by quorum: Quorum) -> Bool {
            quorum.isMet { voter in
                voter == node || process.grants[voter].map { $0 >= end } ?? false
            }
        }
        if process.inherited == end || isGranted(by: decree.quorum) { return true }
        return chronicles[cluster(of: decree)].chosen.contains {
            $0.slot > decree.slot && $0.epoch == decree.epoch && isGranted(by: $0.quorum)
        }
    }

    /// What a page says is on that host's disk (R5b).
    ///
    /// Where a sync has failed over the only whole copy nothing is. The run that hears so takes back
    /// that it leads or follows, at once and without any disk (R5), and ends: it may leave on the
    /// page the decree that it has shown before, no other.
    mutating func publishedNeverExceedsDecided(_ host: Int) {
        guard let decree = hosts[host].page.decree else { return }
        if hosts[host].memory == nil, hosts[host].page.standing == .unsure,
            hosts[host].process?.hasHeardOfFailure ?? false,
            let shown = chronicle.shown(hosts[host].node), shown == decree.slot
        {
            return
        }
        guard let held = hosts[host].memory?.record.decided, held.slot >= decree.slot else {
            return violate(
                "publishedNeverExceedsDecided",
                "\(hosts[host].node) publishes slot \(decree.slot) and holds "
                    + "\(hosts[host].record?.decided?.slot ?? 0)"
            )
        }
        chosenNeverChanges(decree, "published", by: host)
    }
}
