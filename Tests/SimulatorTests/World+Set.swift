// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

@testable import Simulator

// What a test puts into a world by hand, so that a checker finds it there.

extension World {
    /// A decree in which all hosts are voters that may lead, unless it is said who is left out.
    func decree(
        slot: Slot,
        epoch: UInt64,
        leader: Int,
        after before: Decree? = nil,
        without left: Int? = nil
    ) -> Decree {
        let members = hosts.filter { $0.index < plan.members && $0.index != left }.map { host in
            var member = host.member
            (member.role, member.priority) = (.voter, 100)
            return member
        }
        return Decree(
            ClusterState(
                cluster: slot == 1
                    ? nil : before?.cluster ?? Digest([UInt8](repeating: 7, count: 16)),
                slot: slot,
                previous: before?.id ?? .none,
                epoch: epoch,
                leader: hosts[leader].node,
                name: "world",
                settings: plan.settings,
                members: members,
                cause: .elected
            ),
            digest: MixDigest.self
        )
    }

    /// A page that is good for ever.
    func page(_ standing: Standing, epoch: UInt64, leader: Int) -> Page {
        var page = Page()
        page.standing = standing
        page.decree = decree(slot: epoch + 1, epoch: epoch, leader: leader)
        page.validUntil = .never
        return page
    }

    /// A process that has begun.
    mutating func start(_ host: Int) -> Process {
        let process = Process(run: UInt64(host + 1), seed: 1, hosts: plan.hosts)
        process.isStarted = true
        hosts[host].process = process
        return process
    }

    /// All who may have accepted this decree.
    mutating func choose(_ decree: Decree, _ ballot: UInt64 = 1) {
        chronicle.note(decree)
        let ballot = Ballot(round: ballot, owner: hosts[0].node)
        for host in hosts where chronicle.chosen(decree.slot) == nil {
            _ = chronicle.accepted(host.node, ballot, decree.slot, decree.id)
        }
    }
}
