// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Storage

// A majority is lost for good, or somebody thinks so: `electctl recover --keep` on one survivor, and
// `--follow` on others. The cluster that was left may live on all the same, and another survivor may
// recover it as well: then there are two, and whatever one says is nothing to the other.
//
//     founded   ── 7 ── 8 ── 9 ── …                 perhaps its majority was there after all
//                  ├── 8′ the root of one, n1       epochs of its own, a name of its own
//                  └─────── 9″ the root of another, n3

extension World {
    /// More clusters than this begin in no world.
    private static let clusters = 4

    /// What really happened in the cluster that was founded.
    var chronicle: Chronicle {
        get { chronicles[0] }
        _modify { yield &chronicles[0] }
    }

    /// Which cluster this decree is of.
    func cluster(of decree: Decree?) -> Int {
        guard chronicles.count > 1, let decree else { return 0 }
        return cluster(named: decree.cluster)
    }

    func cluster(named id: ClusterID?) -> Int {
        guard chronicles.count > 1, let id else { return 0 }
        return chronicles.firstIndex { $0.root?.id == id } ?? 0
    }

    /// Which cluster this host's disk belongs to.
    func cluster(of host: Int) -> Int { cluster(of: hosts[host].record?.decided) }

    /// An operator takes a host for a survivor: half the time it is one.
    mutating func recover(_ host: Int) {
        guard chronicles.count < Self.clusters, chronicle.newest != nil, host < plan.members,
            hosts[host].process?.isStarted ?? true, !hosts[host].isOut, !hosts[host].isRetired
        else { return }
        if faultDice.one(in: 2) { loseMajority(but: host) }
        crash(host, power: false)
        queue.plan(.boot(host: host), at: now + faultDice.pickLog(5_000_000...plan.lease * 2))
        guard case .recovered(let record, var slots) = hosts[host].drive.recover(hosts[host].node),
            let decided = record.decided
        else { return }
        let kept = decided.state.members.filter { $0.id != record.node && faultDice.one(in: 2) }
            .map(\.id.name)
        // Half the time both sides of a split draw the same number.
        let random = faultDice.one(in: 2) ? 1 : UInt64(faultDice.pick(1...1 << 16))
        let state: ClusterState
        do throws(RootError) {
            state = try record.root(
                keeping: kept,
                after: decided,
                random: random,
                speaking: hosts[host].versions
            )
        } catch {
            return trace.note(now, host, 39, 0, "is not recovered: \(error)")
        }
        let root = Decree(state, digest: MixDigest.self)
        let (renewed, writes) = slots.renew(record.recovered(by: root))
        for write in writes {
            hosts[host].drive.write(write)
            hosts[host].drive.sync()
        }
        hosts[host].stored = renewed.id
        scribe?.object("a recovery")
        trace.note(
            now,
            host,
            40,
            root.epoch,
            "BEGINS A CLUSTER OF ITS OWN: slot=\(root.slot) epoch=\(root.epoch), "
                + "keeps \(kept.joined(separator: ", "))"
        )
        let parent = cluster(of: decided)
        recoveriesAreApart(root, from: parent)
        chronicles.append(Chronicle(root: root, parent: parent))
        registers.append(FencedRegister())
        remembered(host)
        for other in hosts.indices where kept.contains(hosts[other].node.name) {
            guard !faultDice.one(in: 4) else { continue }
            queue.plan(
                .follow(host: other),
                at: now + faultDice.pickLog(5_000_000...plan.lease * 8)
            )
        }
    }

    /// The hosts of a majority are lost, with all that was on them.
    private mutating func loseMajority(but survivor: Int) {
        guard let decree = hosts[survivor].record?.decided else { return }
        var left = decree.quorum.voters.count
        for host in hosts.indices where host != survivor && left >= decree.quorum.needed {
            guard decree.quorum.contains(hosts[host].node) else { continue }
            crash(host, power: true)
            hosts[host].isOut = true
            left -= 1
            trace.note(now, host, 41, 0, "IS LOST")
        }
    }

    /// An operator puts the identity of the lost cluster aside, or sets up a new machine of that name.
    mutating func follow(_ host: Int) {
        guard calmSince == nil, hosts[host].process?.isStarted ?? true else { return }
        crash(host, power: false)
        hosts[host].isOut = false
        _ = takeNewIdentity(host)
        trace.note(now, host, 42, hosts[host].incarnation, "FOLLOWS, as a new host")
        queue.plan(.boot(host: host), at: now + faultDice.pickLog(5_000_000...plan.lease * 2))
    }

    // What must hold.

    /// A recovery's name is one that no cluster has, and its epoch is above all that ever were in
    /// the one that it took leave of.
    mutating func recoveriesAreApart(_ root: Decree, from parent: Int) {
        if root.cluster != root.id || chronicles.contains(where: { $0.newest?.cluster == root.id })
        {
            violate("recoveriesAreApart", "\(root.cluster) names two clusters")
        }
        if let newest = chronicles[parent].newest, root.epoch <= newest.epoch {
            violate(
                "recoveriesAreApart",
                "epoch \(root.epoch) begins a cluster, the one before is at \(newest.epoch)"
            )
        }
    }

    /// A cluster that was left, and lives on, never comes to an epoch of one that a recovery began.
    mutating func tokensAreNeverShared(_ host: Int) {
        guard chronicles.count > 1, let decree = hosts[host].page.decree else { return }
        let own = cluster(of: decree)
        for other in chronicles where other.parent == own {
            if let root = other.root, decree.epoch >= root.epoch {
                violate(
                    "tokensAreNeverShared",
                    "\(hosts[host].node) shows epoch \(decree.epoch) of the cluster that was left, "
                        + "a recovery began with \(root.epoch)"
                )
            }
        }
    }

    /// Who is of another cluster gets no word: it is refused (section 1, "Messages").
    mutating func otherClustersGetNoWord(_ host: Int, _ effects: Effects) {
        guard let node = mustRefuse else { return }
        mustRefuse = nil
        for message in effects.messages where message.to == node {
            switch message.message.body {
            case .promise, .accepted, .ack, .canvassReply, .joinAnswer:
                violate("otherClustersGetNoWord", "\(hosts[host].node) says \(message.message)")
            default: break
            }
        }
    }

    /// Whether the host runs in one cluster and this message is of another.
    func isForeign(_ message: Message, to host: Int) -> Bool {
        guard chronicles.count > 1, let own = hosts[host].record?.decided?.cluster,
            let theirs = message.cluster
        else { return false }
        return own != theirs
    }
}
