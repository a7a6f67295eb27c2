// SPDX-License-Identifier: Apache-2.0

public import Paxos

// Three acceptors and two proposers, as in the paper; values are plain text.

extension String: Chained {
    /// The number before the colon: `3:v` is a value for slot 3.
    public var slot: Slot { Slot(split(separator: ":").first ?? "") ?? 0 }
}

/// A node with this name; its key is its number, so that the order is the one a person expects.
func node(_ number: UInt8) -> NodeID {
    guard let key = PublicKey([number] + Array(repeating: 0, count: 31)) else {
        preconditionFailure("a key has 32 bytes")
    }
    return NodeID(name: "n\(number)", key: key)
}

let (n1, n2, n3, n4, n5) = (node(1), node(2), node(3), node(4), node(5))
let three = Quorum(of: [n1, n2, n3])

func ballot(_ round: UInt64, _ owner: NodeID) -> Ballot { Ballot(round: round, owner: owner) }

/// An acceptor for each of some nodes, and a proposer's way of talking to them.
struct Assembly {
    var acceptors: [NodeID: Acceptor<String>] = [:]

    init(_ nodes: [NodeID], slot: Slot = 1) {
        for node in nodes { acceptors[node] = Acceptor(slot: slot) }
    }

    /// Phase 1 with these acceptors.
    mutating func prepare(_ proposer: inout Proposer<String>, slot: Slot = 1, at nodes: [NodeID]) {
        for node in nodes {
            let prepare = Prepare(ballot: proposer.ballot, slot: slot)
            if case .promise(let promise) = acceptors[node]?.receive(prepare) {
                proposer.receive(promise, from: node)
            }
        }
    }

    /// Phase 2 with these acceptors.
    mutating func accept(
        _ proposer: inout Proposer<String>,
        _ own: String,
        slot: Slot = 1,
        at nodes: [NodeID]
    ) {
        let accept = proposer.propose(own, for: slot, quorum: three)
        for node in nodes {
            if case .accepted(let accepted) = acceptors[node]?.receive(accept) {
                proposer.receive(accepted, from: node)
            }
        }
    }

    /// Whatever a majority of the three has accepted under one ballot.
    var chosen: String? {
        let proposals = [n1, n2, n3].compactMap { acceptors[$0]?.accepted }
        for proposal in proposals {
            let count = proposals.count { $0 == proposal }
            if count >= three.needed { return proposal.value }
        }
        return nil
    }
}
