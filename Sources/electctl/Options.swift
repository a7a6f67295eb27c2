// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control
import ElectClient
import Glibc
import Linux

/// What several commands take: where electd is to be found, and its files.

/// What every command takes that asks electd.
struct SocketOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The socket of electd; otherwise $ELECTD_SOCKET, otherwise \(Electd.defaultSocket).",
            valueName: "path"
        ),
        completion: .file()
    )
    var socket: String?

    /// The socket to use.
    var path: String { socket ?? Electd.socket }

    /// Connects, or fails with a sentence.
    func connect() throws(Failure) -> Electd {
        do { return try Electd(socket: path) } catch { throw Failure(error) }
    }
}

/// What a command takes that reads the configuration itself.
struct ConfigurationOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration file. Default: \(Configuration.defaultPath).",
            valueName: "file"
        ),
        completion: .file()
    )
    var config: String?

    /// What the file says, with its drop-ins.
    func read() throws(ConfigurationError) -> Configuration {
        try Configuration(readingFrom: config)
    }
}

/// What a command takes that works on the files of this host, whether electd runs or not.
struct HostOptions: ParsableArguments {
    @OptionGroup var file: ConfigurationOption
    @Option(
        help: ArgumentHelp("The state directory, in place of State=.", valueName: "directory"),
        completion: .directory
    )
    var stateDir: String?

    /// The configuration, with the state directory that the command line names.
    func configuration() throws(Failure) -> Configuration {
        var configuration: Configuration
        do { configuration = try file.read() } catch {
            throw Failure(.configuration, error.description)
        }
        if let stateDir { configuration.stateDirectory = stateDir }
        return configuration
    }
}

extension Failure {
    /// What a client met, with its own status.
    init(_ error: ClientError) {
        self.init(error.exitCode, error.description)
    }
}

extension Failure {
    /// What a command met that works on files itself: where the system said "you may not", that is a
    /// refusal, and there is something to do about it.
    ///
    /// - Parameters:
    ///   - isRefusal: whether it is a refusal of our own.
    ///   - errno: what the system said, if it was asked.
    init(_ sentence: String, isRefusal: Bool = false, errno: Int32? = nil) {
        let isForbidden = errno == EACCES || errno == EPERM
        self.init(
            isRefusal || isForbidden ? .refused : .failure,
            isForbidden
                ? "\(sentence); run it as root, or as the user that electd runs as" : sentence
        )
    }
}

/// A length of time on the command line, spelled as systemd does.
@Sendable func timeSpan(_ text: String) throws -> Duration {
    do { return try Duration(timeSpan: text) } catch { throw ValidationError(error.description) }
}

/// Now, on the clock in which leases end.
func boottime() -> UInt64 {
    UInt64(clamping: BootClock.now())
}
