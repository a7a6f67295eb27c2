// SPDX-License-Identifier: Apache-2.0

/// All that it takes to make a world again, to the last event: what stands on the command line.
public struct Recipe: Hashable, Sendable {
    /// The seed.
    public var seed: UInt64
    /// How many hosts found the cluster; nil if the seed says.
    public var nodes: Int?
    /// How hard it is tried.
    public var profile: Profile
    /// What is let happen; nil if it is all.
    public var only: Selection?
    /// How long anything may go wrong, in milliseconds; nil if the seed says.
    public var safety: Int?

    /// The world of this seed, with nothing taken out unless it is said.
    public init(
        seed: UInt64,
        nodes: Int? = nil,
        profile: Profile = .swarm,
        only: Selection? = nil,
        safety: Int? = nil
    ) {
        (self.seed, self.nodes, self.profile) = (seed, nodes, profile)
        (self.only, self.safety) = (only, safety)
    }

    /// What will be done.
    public var plan: Plan {
        Plan(
            seed: seed,
            nodes: nodes,
            profile: profile,
            only: only,
            safety: safety.map { Int64($0) * 1_000_000 }
        )
    }

    /// The options, without the seed.
    public var options: String {
        var words = ""
        if let nodes { words += " --nodes \(nodes)" }
        if profile != .swarm { words += " --profile \(profile.rawValue)" }
        if let only { words += " --only \(only)" }
        if let safety { words += " --safety \(safety)" }
        return words
    }

    /// The command that repeats it.
    public var command: String { "electsim replay \(seed)\(options)" }
}
