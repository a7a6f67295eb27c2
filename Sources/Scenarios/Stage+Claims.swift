// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What a script can ask about the stage, and claim at its end.

extension Stage {
    /// Who leads now, as pages say; nil if nobody does, or two do.
    var leader: String? {
        let leaders = leadingPages
        return leaders.count == 1 ? hosts[leaders[0]].name : nil
    }

    /// What this host answers now.
    func standing(_ name: String) -> Standing {
        hosts[at(name)].process?.replica.answer(at: now).standing ?? .unsure
    }

    /// The epoch of the newest decree that is on this host's disk.
    func epoch(_ name: String) -> UInt64 { disk(name).decided?.epoch ?? 0 }

    /// What is on this host's disk.
    func disk(_ name: String) -> Record { hosts[at(name)].disk }

    /// Whether it is the one that leads, and all others that run follow it.
    func isFollowed(_ name: String) -> Bool {
        leader == name
            && hosts.allSatisfy { host in
                host.process == nil || host.name == name
                    || (standing(host.name) == .follower
                        && host.page.decree?.leader == hosts[at(name)].node)
            }
    }

    /// Whether every host that runs says that it is unsure, and no page says that anybody leads.
    var isNobodySure: Bool {
        leadingPages.isEmpty
            && hosts.allSatisfy { $0.process == nil || standing($0.name) == .unsure }
    }

    /// Whether the host runs.
    func runs(_ name: String) -> Bool { hosts[at(name)].process != nil }

    /// Whether a message of this kind is on its way to a host, or held on it.
    func isUnderWay(_ kind: MessageKind, to name: String) -> Bool {
        let to = at(name)
        return parked.contains { $0.kind == kind && $0.to == to }
            || agenda.contains { planned in
                guard case .packet(let packet) = planned.what else { return false }
                return packet.kind == kind && packet.to == to
            }
    }

    /// The members of the newest decree with one of them changed.
    func members(changing name: String, _ change: (inout Member) -> Void) -> [Member] {
        var members = truth.newest?.state.members ?? []
        for at in members.indices where members[at].id.name == name { change(&members[at]) }
        return members
    }

    /// Claims something.
    mutating func claim(_ sentence: String, _ holds: Bool) {
        claims.append(Claim(sentence: sentence, holds: holds))
    }

    /// The story is told. What holds of every one of them is claimed of this one too.
    consuming func act(_ title: String? = nil) -> Act {
        claim("at no moment did two hosts lead, and no epoch had two leaders", !truth.hasTwoLeaders)
        claim("no slot has two decrees", !truth.hasTwoDecrees)
        return Act(title: title, diagram: diagram, claims: claims)
    }
}
