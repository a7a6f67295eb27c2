// SPDX-License-Identifier: Apache-2.0

// Whom this host talks to, before and after there is a decree.
//
//      no decree, prepared by init    everybody on the list, by address: their keys are unknown
//      no decree, told to join        whoever stands in Join=
//      a decree                       its members, by key
//      a decree, and no leader,       whoever stands in Join= as well: hosts that were all given new
//      or none with this host in it   addresses at once find each other by the operator's word

internal import Election
internal import Paxos

/// Somebody to be reached.
struct Neighbour: Equatable {
    /// Who, once that is known.
    var node: NodeID?
    /// Where, as people wrote it: `host:port`.
    var addresses: [String]

    /// Everybody that a host in this state reaches for, itself not among them.
    ///
    /// - Parameter isLed: it has a leader, or is it.
    static func all(
        decree: Decree?,
        isLed: Bool,
        origin: Origin,
        join: [String],
        me: NodeID
    ) -> [Neighbour] {
        if let decree {
            let others = decree.state.members.filter { $0.id != me }
            let known = others.map { Neighbour(node: $0.id, addresses: $0.allAddresses) }
            if isLed, decree.state.member(me) != nil { return known }
            // What this host knows may be old. What stands there already need not be asked twice.
            let places = decree.state.members.flatMap(\.allAddresses)
            let elsewhere = join.filter { !places.contains($0) }
            return known + elsewhere.map { Neighbour(node: nil, addresses: [$0]) }
        }
        switch origin {
        case .bootstrap(let list):
            let others = list.entries.filter { $0.name != me.name }
            return others.map { Neighbour(node: nil, addresses: $0.addresses) }
        case .join:
            return join.map { Neighbour(node: nil, addresses: [$0]) }
        }
    }
}
