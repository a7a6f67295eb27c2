// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control
import ElectClient

/// `electctl doctor`: looks at everything that a lease rests on, and says what to do.
///
/// With the daemon running it asks that one, and through it all others; without it, it looks at what
/// the daemon would need to start.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong with this host and its cluster, and say what to do.",
        discussion: """
            Exits with 0 if there is no fault, 1 if there is one, 5 if this user may not ask electd, and \
            69 if electd cannot be reached; then what can be seen without it was looked at. As root it \
            sees more.
            """
    )

    @OptionGroup var socket: SocketOption
    @OptionGroup var configuration: ConfigurationOption
    @Flag(help: "Print the findings as JSON.") var json = false

    func run() throws {
        let file = Result { () throws(ConfigurationError) in
            try configuration.read()
        }
        let diagnosis: Diagnosis
        var failure: ClientError?
        do throws(ClientError) {
            diagnosis = Diagnosis(file, try DaemonFigures(asking: socket.path))
        } catch {
            diagnosis = Diagnosis(withoutDaemon: file, error)
            failure = error
        }
        if json {
            standardOutput(diagnosis.json)
        } else {
            standardOutput(page: diagnosis.page(Paint(isOn: wantsColour())))
        }
        if let failure { throw Failure(failure.exitCode) }
        if diagnosis.faults > 0 { throw Failure(.failure) }
    }
}
