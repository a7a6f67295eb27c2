// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Control
import ElectClient
import Glibc

/// How long a command waits for the decree that it asks for.
struct PatienceOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Give up after this time, with status 124; 0 is never. Default: 30s.",
            valueName: "time"
        ),
        transform: timeSpan
    )
    var timeout: Duration = .seconds(30)

    /// The longest wait; nil where there is no end to it.
    var limit: Duration? { timeout == .zero ? nil : timeout }
}

/// What every command takes that asks for one change.
struct ChangeOptions: ParsableArguments {
    @OptionGroup var patience: PatienceOption
    @Flag(name: .shortAndLong, help: "Print nothing.") var quiet = false
    @Flag(help: "Print the answer as JSON.") var json = false
    @OptionGroup var socket: SocketOption

    /// Asks electd for a change, and says what has come of it.
    func make(_ change: Change, force: Bool = false, done: String) throws(Failure) {
        var electd = try socket.connect()
        let reply: ChangeReply
        do {
            reply = try electd.make(change, force: force, timeout: patience.limit)
        } catch {
            throw Failure(error)
        }
        if json {
            standardOutput(reply.json)
        } else if !quiet {
            standardOutput("\(done), by decree \(reply.decree)")
        }
    }
}

/// What a command takes that may cost the cluster its last spare voter.
struct ForceOptions: ParsableArguments {
    @Flag(help: "Do it although no voter is left to spare; asks first.") var force = false
    @Flag(help: "Do not ask.") var yes = false

    /// Asks, where there is something to ask.
    func confirm(_ risk: String) throws(Failure) {
        if force, !yes { try ask(risk, "--force") }
    }
}

/// Asks a person, and fails unless the answer is yes, or if there is nobody.
func ask(_ risk: String, _ who: String) throws(Failure) {
    guard isatty(STDIN_FILENO) == 1 else {
        throw Failure(
            .usage,
            "\(who) asks first, and there is no terminal to ask on: say --yes as well"
        )
    }
    standardError("\(risk) Type 'yes' to go on:")
    guard readLine() == "yes" else { throw Failure(.refused, "nothing was changed") }
}

/// A risk that `--force` takes.
func riskOfVoters(_ change: String) -> String {
    """
    \(change) may leave as many voters as a majority needs, and none to spare: if one of them then \
    fails, the cluster has no leader until it is back. It is still refused if there is no majority.
    """
}
