// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import Simulator

extension Profile: ExpressibleByArgument {}

extension Selection: ExpressibleByArgument {
    /// Reads `crash.1,loss.4-6`, or `none`.
    public init?(argument: String) { self.init(argument) }
}

/// What `run`, `replay` and `shrink` have in common: with the same options a seed is the same world.
struct WorldOptions: ParsableArguments {
    @Option(help: "Hosts that found the cluster; each seed chooses by default.")
    var nodes: Int?

    @Option(
        help: """
            calm: nothing goes wrong; swarm: a random part of it; storm: all of it; session: over \
            real sessions; clones: copied disks must be noticed; canary: must fail.
            """
    )
    var profile: Profile = .swarm

    @Option(
        help: ArgumentHelp(
            "Let only these misfortunes happen, as crash.1,loss.4-6; or none.",
            valueName: "list"
        )
    )
    var only: Selection?

    @Option(
        help: ArgumentHelp(
            "How long anything may go wrong; each seed chooses by default.",
            valueName: "milliseconds"
        )
    )
    var safety: Int?

    func validate() throws {
        if let nodes, !(1...15).contains(nodes) {
            throw ValidationError("--nodes must be from 1 to 15")
        }
        if let safety, !(1...1_000_000).contains(safety) {
            throw ValidationError("--safety must be from 1 to 1000000")
        }
    }

    func recipe(_ seed: UInt64) -> Recipe {
        Recipe(seed: seed, nodes: nodes, profile: profile, only: only, safety: safety)
    }
}
