// SPDX-License-Identifier: Apache-2.0

import Election

/// A small world with a name, as `electsim explore` offers it.
public struct Exploration: Sendable {
    /// What it is called on the command line.
    public let name: String
    /// What happens in it.
    public let summary: String
    /// How many steps are taken unless more are asked for; nil for all there are.
    public let depth: Int?
    private let body: @Sendable (Int?, (Int, Int, Int) -> Void) -> Findings

    /// Visits its states, this many steps from the start.
    ///
    /// - Parameter progress: Is told the depth, the states seen and the states of this depth.
    public func run(
        depth: Int? = nil,
        progress: (Int, Int, Int) -> Void = { _, _, _ in }
    ) -> Findings {
        body(depth ?? self.depth, progress)
    }

    /// All of them.
    public static var all: [Exploration] { papers + replicas }

    /// The paper's own world.
    private static let papers = [
        paper(
            "paxos",
            "two proposers, three acceptors; every order, loss and duplication",
            PaxosWorld()
        ),
        paper(
            "paxos-retry",
            "the same, and the first proposer stands twice",
            PaxosWorld(attempts: [2, 1]),
            depth: 18
        ),
        paper(
            "paxos-crash",
            "the same as paxos; an acceptor dies at any moment, between write and sync too",
            PaxosWorld(crashes: 1),
            depth: 22
        ),
        paper(
            "paxos-slots",
            "two slots, one after the other, Phase 1 once for both",
            PaxosWorld(slots: 2),
            depth: 18
        ),
    ]

    /// The real replicas.
    private static let replicas = [
        replica(
            "lease",
            "the leader falls silent or not, and others stand, with clocks at the drift bound",
            ReplicaWorld(.calm, ticks: 4),
            depth: 12
        ),
        replica(
            "duel",
            "the lease is over, and all three may stand at once",
            ReplicaWorld(.asleep, ticks: 1),
            depth: 12
        ),
        replica(
            "crash",
            "any host dies, between write and sync too, while one grant is over and one has begun",
            ReplicaWorld(.apart, ticks: 2, crashes: 1, syncsLater: true),
            depth: 12
        ),
        replica(
            "transfer",
            "the leader hands over, and letters of before come late",
            ReplicaWorld(.calm, ticks: 2, order: ReplicaWorld.transfer(to: "n2")),
            depth: 11
        ),
        replica(
            "late",
            "another leads by now, and every letter of the hand-over may still come",
            ReplicaWorld(.obeyed, ticks: 2, order: ReplicaWorld.transfer(to: "n2")),
            depth: 9
        ),
        replica(
            "voters",
            "of three voters one stays, and it is not the leader",
            ReplicaWorld(.calm, ticks: 2, order: ReplicaWorld.voters(1)),
            depth: 12
        ),
        replica(
            "voters-pending",
            "all have accepted that one voter is to be left, and nobody knows; the lease is over",
            ReplicaWorld(.pending, ticks: 1, order: ReplicaWorld.voters(1)),
            depth: 10
        ),
        replica(
            "voters-late",
            "one voter is left and leads, and may die; every letter of before may still come",
            ReplicaWorld(.obeyed, ticks: 3, crashes: 1, order: ReplicaWorld.voters(1)),
            depth: 9
        ),
        replica(
            "genesis",
            "three blank hosts found a cluster",
            ReplicaWorld(.blank, ticks: 3),
            depth: 13
        ),
    ]

    private static func replica(
        _ name: String,
        _ summary: String,
        _ world: ReplicaWorld,
        depth: Int
    ) -> Exploration {
        Exploration(name: name, summary: summary, depth: depth) { depth, progress in
            world.explore(depth: depth, progress: progress)
        }
    }

    private static func paper(
        _ name: String,
        _ summary: String,
        _ world: PaxosWorld,
        depth: Int? = nil
    ) -> Exploration {
        Exploration(name: name, summary: summary, depth: depth) { depth, progress in
            world.explore(depth: depth, progress: progress)
        }
    }
}
