// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What a replica says, as the move of the model that it is. Said again, or to another host as well, it
// is the same move and noted once.

extension Scribe {
    func say(_ host: Int, _ body: Message.Body, longest: Span) {
        let longest = "longest |-> \(longest.nanoseconds)"
        switch body {
        case .prepare(let request):
            let (ballot, slot) = (request.prepare.ballot, request.prepare.slot)
            guard said.insert(.prepare(ballot, slot)).inserted else { return }
            if said.insert(.stand(ballot)).inserted {
                let ids = set(request.genesis?.ids ?? [])
                note("stand", host, ballot, "ids |-> \(ids), \(longest)")
            } else {
                note("prepare", host)
            }
        case .promise(let reply):
            let rest = "slot |-> \(reply.promise.slot), \(longest)"
            note("promise", host, reply.promise.ballot, rest)
        case .accept(let request): propose(host, request)
        case .accepted(let reply):
            let rest = "slot |-> \(reply.accepted.slot), \(length(reply.lease)), \(longest)"
            note("accept", host, reply.accepted.ballot, rest)
        case .heartbeat(let heartbeat):
            if said.insert(.heartbeat(heartbeat.ballot, heartbeat.sentAt)).inserted {
                note("heartbeat", host, heartbeat.ballot, length(heartbeat.lease))
            }
        case .ack(let ack) where ack.lease > .zero:
            let rest = "slot |-> \(ack.slot), \(length(ack.lease)), \(longest)"
            note("hear", host, ack.ballot, rest)
        case .release(let release):
            guard said.insert(.release(release.ballot)).inserted else { return }
            note("release", host, release.ballot)
        default: break
        }
    }

    private func propose(_ host: Int, _ request: AcceptRequest) {
        let (ballot, decree) = (request.accept.ballot, request.accept.value)
        guard said.insert(.propose(ballot, decree.slot)).inserted else { return }
        if decree.state.settings.driftPPM != plan.settings.driftPPM {
            return object("decree \(decree.slot) changes the drift")
        }
        players[host]?.proposing = ballot
        let voters = set(decree.quorum.voters)
        voterSets.insert(voters)
        let value =
            "leader |-> \(number(decree.leader)), epoch |-> \(decree.epoch), voters |-> \(voters), "
            + length(request.lease)
        note("propose", host, ballot, value)
    }

    /// For how long a lease is asked for, or granted; zero where nothing is granted.
    private func length(_ lease: Span) -> String {
        if lease > .zero { lengths.insert(lease.nanoseconds) }
        return "lease |-> \(lease.nanoseconds)"
    }

    private func set(_ nodes: [NodeID]) -> String {
        "{" + nodes.map(number).joined(separator: ", ") + "}"
    }

    private func number(_ node: NodeID) -> String {
        if let number = numbers[node] { return "\(number)" }
        object("\(node) is named before it began")
        return "0"
    }
}
