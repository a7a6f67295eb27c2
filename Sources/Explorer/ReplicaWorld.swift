// SPDX-License-Identifier: Apache-2.0

public import Election
import Paxos

/// Three real replicas, from some moment on: what may come next, in every order.
public struct ReplicaWorld: Sendable {
    /// What has gone before.
    public enum Eve: Sendable {
        /// Nothing: three blank hosts have greeted one another.
        case blank
        /// The first host leads, and all have granted.
        case calm
        /// Besides, the third has heard nothing for a lease while the others renewed: its grant is
        /// over, theirs have just begun.
        case apart
        /// Besides, nobody has done anything for a lease: it is over.
        case asleep
        /// The first host was asked for something and it is done, and every letter of that may
        /// still come late.
        case obeyed
        /// The first host was asked for something, and all have accepted it; but nobody has heard
        /// anybody for a lease, so nobody knows that it is chosen.
        case pending
    }

    /// What has gone before.
    public var eve: Eve
    /// How often time may pass: half a lease each time.
    public var ticks: Int
    /// How many times a host may die; it may start again at any time.
    public var crashes: Int
    /// What the leader may be asked for, once; or what it has been asked for.
    public var order: Request?
    /// Whether each sync is a step of its own.
    public var syncsLater: Bool
    /// The drift bound that the hosts believe in. Their clocks are as far apart as the usual one
    /// allows.
    public var driftPPM: UInt32

    /// A world of this size.
    public init(
        _ eve: Eve,
        ticks: Int,
        crashes: Int = 0,
        order: Request? = nil,
        syncsLater: Bool = false,
        driftPPM: UInt32 = ReplicaCast.driftPPM
    ) {
        self.eve = eve
        self.ticks = ticks
        self.crashes = crashes
        self.order = order
        self.syncsLater = syncsLater
        self.driftPPM = driftPPM
    }

    private var isOrdered: Bool { eve == .obeyed || eve == .pending }

    /// "These are the voters": the others become observers, and whoever leads and may no longer
    /// names its successor.
    public static func voters(_ voters: Int...) -> Request {
        .members(ReplicaCast.members(voters: voters), id: orderID)
    }

    /// "This host is to lead."
    public static func transfer(to name: String) -> Request {
        .command(.transfer(to: name), id: orderID)
    }

    private static let orderID = RequestID(7)

    /// Visits the states within this many steps.
    ///
    /// - Parameter replica: What the hosts run; a test may give one that breaks a rule.
    public func explore<R: Replicating>(
        _ replica: R.Type = RealReplica.self,
        depth: Int? = nil,
        progress: (Int, Int, Int) -> Void = { _, _, _ in }
    ) -> Findings {
        var prelude = Prelude<R>(self)
        prelude.play()
        if let violation = prelude.violation {
            let outcome = Findings.Outcome.broken(violation, story: ["in the prelude"])
            return Findings(
                states: 1,
                transitions: 0,
                depth: 0,
                collisionChance: 0,
                outcome: outcome
            )
        }
        let budget = Budget(
            ticks: UInt8(ticks),
            crashes: UInt8(crashes),
            orders: order == nil || isOrdered ? 0 : 1
        )
        let stage = Stage(
            prelude.hosts,
            letters: prelude.letters,
            tick: prelude.tick,
            budget: budget
        ) { [eve] in ReplicaRules(of: $0, beginsDecided: eve != .blank).violation }
        return Search(from: stage).run(depth: depth, progress: progress)
    }
}
