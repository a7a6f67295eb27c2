// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Control
import Glibc

/// Tries hard to break the protocol, in worlds that can be repeated.
@main
struct Electsim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "electsim",
        abstract: "Runs simulated clusters in which everything goes wrong that may.",
        discussion: "Exit status: 0 nothing was broken; 1 something was; 2 usage.",
        version: Release.version,
        subcommands: [
            RunCommand.self, ReplayCommand.self, ShrinkCommand.self, ScenarioCommand.self,
            ExploreCommand.self, ListCommand.self,
        ]
    )

    /// A command line that makes no sense ends with 2, as with the other programs, and not with the
    /// library's 64.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let code as ArgumentParser.ExitCode {
            Glibc.exit(code.rawValue)
        } catch let failure as Failure {
            complain("electsim: \(failure.message)")
            Glibc.exit(Control.ExitCode.failure.rawValue)
        } catch {
            let message = fullMessage(for: error)
            guard exitCode(for: error) != .success else { return print(message) }
            complain(message)
            Glibc.exit(Control.ExitCode.usage.rawValue)
        }
    }
}

/// It could not be done, and why.
struct Failure: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
