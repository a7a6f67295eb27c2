// SPDX-License-Identifier: Apache-2.0

// The companion of the daemon that keeps one target of systemd up where this host leads, and down
// where it does not. It is a process of its own so that the daemon needs no right to start anything,
// and so that a daemon that is dead or stopped still has its target stopped in time.

import ArgumentParser
import Config
import Control
import Glibc
import Linux

@main
struct ElectdSwitch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "electd-switch",
        abstract: "Start and stop a target of systemd with the leadership of this host.",
        discussion: """
            It is run by electd-switch.service. The target is stopped StopGuard= before the end of a \
            lease that is not renewed; see electd.conf(5).
            """,
        version: Release.version
    )

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The target.", valueName: "unit"))
    var target = "electd-leader.target"

    @Option(
        help: ArgumentHelp(
            "Where root takes the word, if there is no polkit.",
            valueName: "path"
        )
    )
    var rootSocket = "/run/electd-switch/root.sock"

    /// A command line that makes no sense ends with 2, not with the library's 64.
    static func main() {
        holdStandardStreams()
        let command: ElectdSwitch
        do {
            command = try ElectdSwitch.parse()
        } catch {
            let code = exitCode(for: error).rawValue
            guard code != EXIT_SUCCESS else { exit(withError: error) }
            say(3, fullMessage(for: error))
            Glibc.exit(Control.ExitCode.usage.rawValue)
        }
        Glibc.exit(command.runToEnd().rawValue)
    }

    private func runToEnd() -> Control.ExitCode {
        ignoreSIGPIPE()
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try Configuration(readingFrom: config)
        } catch {
            say(3, error.description)
            return .configuration
        }
        let runtime = configuration.runtimeDirectory
        var following = Following(
            socket: "\(runtime)/electd.sock",
            pagePath: "\(runtime)/lease",
            guardTime: configuration.stopGuard.map { UInt64(max(0, $0.nanoseconds)) },
            target: TargetSwitch(target: target, rootSocket: rootSocket)
        )
        do throws(SwitchError) {
            try following.run()
        } catch {
            say(3, "\(error); this ends here, and the service manager stops the target")
            return .failure
        }
    }
}

/// A line for the operator, with its priority where the journal reads it (sd-daemon(3)).
func say(_ priority: Int, _ text: String) {
    let prefix = unsafe getenv("JOURNAL_STREAM") == nil ? "electd-switch: " : "<\(priority)>"
    for line in text.split(separator: "\n") {
        let bytes = Array("\(prefix)\(line)\n".utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
    }
}

/// Waits for a while, with nothing to be told by.
func pause(_ nanoseconds: Int64) { usleep(UInt32(clamping: max(1, nanoseconds / 1000))) }
