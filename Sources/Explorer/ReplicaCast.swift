// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// Who is who in the replicas' world, and how their clocks run.
///
/// The clocks are as wrong as they may be: the first is the slowest the drift bound allows, the
/// others the fastest. A lease of 22 ms is good for 18 ms on the leader's clock (R15), which is
/// two ticks of 10 ms of true time, and so is the grant: they end at the very same tick, and a
/// bound that is off by one nanosecond shows.
public enum ReplicaCast {
    static let count = 3
    /// The rates are a tenth apart from true time, as this bound allows.
    public static let driftPPM: UInt32 = 100_000

    static func settings(driftPPM: UInt32) -> Settings {
        Settings(leaseMilliseconds: 22, heartbeatMilliseconds: 7, driftPPM: driftPPM)
    }

    static func name(_ at: Int) -> String { "n\(at + 1)" }

    static let nodes = (0..<count).map {
        NodeID(name: name($0), key: PublicKey(words: (UInt64($0) + 1, 0, 0, 0)))
    }

    static func number(of node: NodeID) -> Int? { nodes.firstIndex(of: node) }

    /// What a host's clock shows. The boots were at different times.
    static func clock(_ host: Int, tick: Int) -> Instant {
        let rate: Int64 = host == 0 ? 9 : 11
        return Instant(nanoseconds: (Int64(host + 1) * 1000 + Int64(tick) * rate) * 1_000_000)
    }

    /// A voter for each of these, an observer for the others.
    static func members(voters: [Int]) -> [Member] {
        nodes.enumerated().map { Member(id: $1, role: voters.contains($0) ? .voter : .observer) }
    }

    /// The decree that all begin with: the first host leads.
    static func first(_ settings: Settings) -> Decree {
        let state = ClusterState(
            cluster: nil,
            slot: 1,
            previous: .none,
            epoch: 1,
            leader: nodes[0],
            name: clusterName,
            settings: settings,
            members: members(voters: [0, 1, 2]),
            cause: .elected
        )
        return Decree(state, digest: WordDigest.self)
    }

    static let clusterName = "small"
}
