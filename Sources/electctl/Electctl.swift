// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Control
import Glibc
import Linux

/// The command line of electd: options, one question to the socket, an answer, an exit status.
///
/// The status is the interface for scripts: 0 is yes, 3 is no, 4 is "nobody can say now".
@main
struct Electctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "electctl",
        abstract: "Ask and control the electd of this host.",
        discussion: """
            Exit status: 0 yes, done; 1 failed; 2 usage; 3 no, not the leader; 4 unknown: unsure, no \
            quorum; 5 refused; 69 electd cannot be reached; 78 configuration error; 124 timed out.
            """,
        version: Release.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Asking",
                subcommands: [
                    StatusCommand.self, LeaderCommand.self, IsLeaderCommand.self,
                    WaitLeaderCommand.self, WatchCommand.self, MembersCommand.self,
                    HistoryCommand.self, TimingCommand.self, DoctorCommand.self,
                ]
            ),
            CommandGroup(
                name: "Leadership",
                subcommands: [
                    TransferCommand.self, DrainCommand.self, UndrainCommand.self,
                    PauseCommand.self, ResumeCommand.self,
                ]
            ),
            CommandGroup(
                name: "Membership",
                subcommands: [
                    AddCommand.self, RemoveCommand.self, ReplaceCommand.self, SetCommand.self,
                ]
            ),
            CommandGroup(
                name: "Host",
                subcommands: [
                    InitCommand.self, KeyCommand.self, RecoverCommand.self,
                    CompletionCommand.self,
                ]
            ),
        ]
    )

    static func main() {
        // No answer may end up in a file that a command opens.
        holdStandardStreams()
        do {
            if let question = PlainQuestion(CommandLine.arguments.dropFirst()) {
                return try question.run()
            }
            var command = try parseAsRoot()
            // A script whose variable is empty must not take help for "yes".
            if command is Electctl || command is KeyCommand {
                standardError(helpMessage(for: type(of: command)))
                throw Failure(.usage)
            }
            try command.run()
        } catch let failure as Failure {
            if !failure.message.isEmpty { standardError("electctl: \(failure.message)") }
            Glibc.exit(failure.status.rawValue)
        } catch {
            let message = fullMessage(for: error)
            if exitCode(for: error) == .success {
                standardOutput(message)
            } else {
                standardError("electctl: \(message.trimming(prefix: "Error: "))")
                Glibc.exit(Control.ExitCode.usage.rawValue)
            }
        }
    }
}

/// The end of a command that is not success: its status, and a sentence for people (or none, where
/// the status says it all).
struct Failure: Error {
    var status: Control.ExitCode
    var message: String

    init(_ status: Control.ExitCode, _ message: String = "") {
        self.status = status
        self.message = message
    }
}

extension String {
    /// What stands behind a prefix; all of it without one.
    fileprivate func trimming(prefix: String) -> Substring {
        hasPrefix(prefix) ? dropFirst(prefix.count) : self[...]
    }
}
