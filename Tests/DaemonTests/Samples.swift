// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import State

/// Hosts and decrees that tests talk about.
enum Samples {
    /// A host whose key is one byte, again and again.
    static func node(_ name: String, _ byte: UInt8 = 1) -> NodeID {
        guard let key = PublicKey([UInt8](repeating: byte, count: PublicKey.length)) else {
            preconditionFailure("a key of \(PublicKey.length) bytes is none")
        }
        return NodeID(name: name, key: key)
    }

    static let db1 = node("db1", 1)
    static let db2 = node("db2", 2)
    static let db3 = node("db3", 3)

    /// The decree of a slot by which somebody leads three hosts.
    static func decree(
        slot: Slot = 7,
        epoch: UInt64 = 4,
        leader: NodeID = db1,
        cause: Cause = .expired
    ) -> Decree {
        let members = [db1, db2, db3].enumerated().map { index, id in
            Member(
                id: id,
                addresses: ["10.0.0.\(index + 1):7377"],
                labels: [Label(key: "url", value: "postgres://\(id.name)")]
            )
        }
        let state = ClusterState(
            cluster: Election.Digest([UInt8](repeating: 9, count: Election.Digest.length)),
            slot: slot,
            previous: .none,
            epoch: epoch,
            leader: leader,
            name: "test",
            settings: Settings(),
            members: members,
            cause: cause
        )
        return Decree(state, digest: SHA256Digest.self)
    }

    /// An instant in milliseconds.
    static func at(_ milliseconds: Int64) -> Instant { .zero + .milliseconds(milliseconds) }
}
