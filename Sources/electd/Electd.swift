// SPDX-License-Identifier: Apache-2.0

// The command line of the daemon: options, and nothing else.

import ArgumentParser
import Control
import Daemon
import Glibc

@main
struct Electd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "electd",
        abstract: "Agree with the other hosts on a leader, and tell the programs of this one.",
        discussion: """
            SIGTERM hands leadership over and stops; SIGUSR1 stops without giving anything up, for a \
            restart within RestartGrace=; SIGHUP reads the configuration again.
            """,
        version: Release.version
    )

    @Option(
        help: ArgumentHelp(
            "The configuration file. Default: /etc/electd/electd.conf.",
            valueName: "file"
        )
    )
    var config: String?

    @Flag(help: "Only look at the configuration; exit 78 if something is wrong with it.")
    var checkConfig = false

    @Option(help: ArgumentHelp("The state directory, in place of State=.", valueName: "directory"))
    var stateDir: String?

    @Option(
        help: ArgumentHelp("The runtime directory, in place of Runtime=.", valueName: "directory")
    )
    var runtimeDir: String?

    /// A command line that makes no sense ends with 2, not with the library's 64.
    static func main() {
        let command: Electd
        do {
            command = try Electd.parse()
        } catch {
            let code = exitCode(for: error).rawValue
            guard code != EXIT_SUCCESS else { exit(withError: error) }
            let message = fullMessage(for: error)
            let isNamed = message.hasPrefix("Error: ")
            let text = Array("electd: \(message.dropFirst(isNamed ? 7 : 0))\n".utf8)
            _ = unsafe text.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
            Glibc.exit(2)
        }
        Glibc.exit(command.runToEnd())
    }

    private func runToEnd() -> Int32 {
        let options = Options(
            configuration: config,
            stateDirectory: stateDir,
            runtimeDirectory: runtimeDir,
            checksOnly: checkConfig
        )
        let surroundings = Surroundings(
            credentialsDirectory: variable("CREDENTIALS_DIRECTORY"),
            hasJournal: journalReadsStandardError()
        )
        return runDaemon(options, in: surroundings)
    }

    /// Terminals of a desktop inherit the variable too; what it names must be our own stream
    /// (systemd.exec(5)).
    private func journalReadsStandardError() -> Bool {
        var status = stat()
        guard let stream = variable("JOURNAL_STREAM"), unsafe fstat(STDERR_FILENO, &status) == 0
        else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }

    private func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
