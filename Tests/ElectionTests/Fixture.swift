// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// Names and decrees that several tests share.
enum Fixture {
    static let nodes = (1...4).map { index -> NodeID in
        var bytes = [UInt8](repeating: 0, count: PublicKey.length)
        bytes[0] = UInt8(index)
        return NodeID(name: "n\(index)", key: PublicKey(bytes) ?? .none)
    }
    static var n1: NodeID { nodes[0] }
    static var n2: NodeID { nodes[1] }
    static var n3: NodeID { nodes[2] }

    /// A decree of one cluster with three voters.
    static func decree(
        _ slot: Slot,
        after: Decree? = nil,
        leader: NodeID = n1
    ) -> Decree {
        var members = [Member(id: n1), Member(id: n2), Member(id: n3)]
        if let after { members = after.state.members }
        return Decree(
            ClusterState(
                cluster: Digest([UInt8](repeating: 7, count: Digest.length)),
                slot: slot,
                previous: after?.id ?? .none,
                epoch: leader == n1 ? 3 : 4,
                leader: leader,
                name: "test",
                settings: Settings(),
                members: members,
                cause: .elected
            ),
            digest: QuickDigest.self
        )
    }
}
