// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Session

// Whom a host reaches for: a session is begun with everybody whom it knows to be a member, and given
// up with whoever is one no more.

extension Line {
    /// Somebody to be reached, and who that is, once it is known.
    struct Neighbour: Hashable {
        let node: NodeID?
        let endpoints: [Endpoint]
    }
}

extension World {
    /// The members of the newest decree; before there is one, whoever was listed.
    mutating func reach(_ host: Int) {
        guard let process = hosts[host].process, let line = process.line else { return }
        let decree = process.answer(at: local(host)).decree
        let wanted = neighbours(of: host, by: decree)
        guard wanted != line.neighbours else { return }
        process.line?.neighbours = wanted
        for former in line.neighbours where !wanted.contains(former) {
            if let node = former.node {
                process.line?.sessions.setEndpoints([], of: Self.key(of: node))
            } else {
                process.line?.sessions.abandon(former.endpoints)
            }
        }
        for neighbour in wanted { begin(host, with: neighbour) }
        setLine(host)
    }

    private func neighbours(of host: Int, by decree: Decree?) -> [Line.Neighbour] {
        guard let decree else {
            let all = 0..<(hosts[host].face < plan.founders ? plan.founders : plan.hosts)
            return all.filter { $0 != hosts[host].face }
                .map { Line.Neighbour(node: nil, endpoints: [Place($0).endpoint]) }
        }
        return decree.state.members.filter { $0.id != hosts[host].node }.map { member in
            let places = member.allAddresses.compactMap { Place($0) }
            return Line.Neighbour(node: member.id, endpoints: places.map(\.endpoint))
        }
    }

    private mutating func begin(_ host: Int, with neighbour: Line.Neighbour) {
        guard let process = hosts[host].process else { return }
        let at = local(host).nanoseconds
        var endpoints = neighbour.endpoints
        let key = neighbour.node.map { Self.key(of: $0) }
        if let key {
            process.line?.sessions.setEndpoints(endpoints, of: key)
            guard process.line?.sessions.session(with: key) == nil else { return }
            endpoints = []
        }
        let effects = process.line?.sessions.begin(
            at: endpoints,
            expecting: key,
            at: at,
            using: &keyDice
        )
        if let effects { attend(host, effects, nil) }
    }
}
