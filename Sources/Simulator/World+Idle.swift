// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What a cluster costs while nothing happens: heartbeats one way, acks the other, and no more.

extension World {
    /// Something leaves in the calm stretch at the end.
    mutating func count(_ host: Int, _ bytes: Int, to node: NodeID) {
        guard let newest = chronicle.newest, newest.state.member(hosts[host].node) != nil,
            newest.state.member(node) != nil
        else { return }
        hosts[host].idle.messages += 1
        hosts[host].idle.bytes += Int64(bytes)
    }

    /// In a stretch in which nothing happens, a leader sends every member a heartbeat an interval,
    /// a follower an ack for each, and each of these is short.
    mutating func idleIsCheap(for stretch: Int64) {
        guard let newest = chronicle.newest else { return }
        let members = Int64(newest.state.members.count)
        // The fastest clock that there may be, and one at either end.
        let heartbeat = newest.state.settings.heartbeat.nanoseconds
        let beats = stretch * 11 / (heartbeat * 10) + 3
        for host in hosts where newest.state.member(host.node) != nil {
            let others = newest.leader == host.node ? members - 1 : 1
            // What was asked before and is not answered goes out again, ever less often; most of it
            // to a member that is down, which is counted like any other.
            let messages = beats * others + 2 * members
            let bytes = messages * (200 + 8 * members)
            if host.idle.messages > messages || host.idle.bytes > bytes {
                violate(
                    "idleIsCheap",
                    "\(host.node) sent \(host.idle.messages) messages of \(host.idle.bytes) bytes "
                        + "in \(Span(nanoseconds: stretch)), may send \(messages) of \(bytes)"
                )
            }
        }
    }
}

/// What a host has sent in a stretch.
struct Traffic: Hashable {
    var messages: Int64 = 0
    var bytes: Int64 = 0
}
