// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Tries hard to break the protocol, in worlds that can be repeated.
@main
struct Electsim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "electsim",
        abstract: "Runs simulated clusters in which everything goes wrong that may.",
        subcommands: [
            RunCommand.self, ReplayCommand.self, ScenarioCommand.self, ExploreCommand.self,
            ListCommand.self,
        ]
    )
}
