// SPDX-License-Identifier: Apache-2.0

// From a command line to an exit status: all of the daemon that its `main` knows. The service manager is
// told that the daemon is ready when the loop begins, and who fails is heard in the journal.

internal import Control
internal import Election
internal import Linux

/// What the command line says.
public struct Options: Sendable {
    /// The configuration file; the usual one if nil.
    public var configuration: String?
    /// In place of State=.
    public var stateDirectory: String?
    /// In place of Runtime=.
    public var runtimeDirectory: String?
    /// Only to look at the configuration.
    public var checksOnly: Bool

    /// Options by their values.
    public init(
        configuration: String?,
        stateDirectory: String?,
        runtimeDirectory: String?,
        checksOnly: Bool
    ) {
        self.configuration = configuration
        self.stateDirectory = stateDirectory
        self.runtimeDirectory = runtimeDirectory
        self.checksOnly = checksOnly
    }
}

/// What the service manager says in the environment.
public struct Surroundings: Sendable {
    /// Where it puts credentials; nil if it passes none.
    public var credentialsDirectory: String?
    /// The journal reads standard error.
    public var hasJournal: Bool

    /// Surroundings by their values.
    public init(credentialsDirectory: String?, hasJournal: Bool) {
        self.credentialsDirectory = credentialsDirectory
        self.hasJournal = hasJournal
    }
}

/// Runs the daemon to its end. Returns the status with which the process is to end.
public func runDaemon(_ options: Options, in surroundings: Surroundings) -> Int32 {
    let began = Instant.now()
    do throws(StartupError) {
        let settings = try RunSettings(options, surroundings)
        if options.checksOnly { return ExitCode.success.rawValue }
        let end = try run(Startup(options, surroundings, settings))
        guard end.exit == .failure, !end.wasAskedFor else { return end.exit.rawValue }
        return SlowEnd.wait("this run has failed, the journal says why", since: began).rawValue
    } catch {
        var journal = JournalLines(surroundings)
        journal.say(.error, error.sentence)
        guard case .failed(let sentence) = error else { return error.exitCode.rawValue }
        return SlowEnd.wait(sentence, since: began).rawValue
    }
}

/// One run, of which nothing is left when this returns: no lock, and no socket of its own.
private func run(
    _ startup: Startup
) throws(StartupError) -> (exit: ExitCode, wasAskedFor: Bool) {
    let server = try startup.open()
    do throws(SystemError) {
        return (try server.run(), server.wasToldToEnd)
    } catch {
        throw .refused(error, "the loop cannot go on")
    }
}
