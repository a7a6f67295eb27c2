// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Control
import ElectClient

/// `electctl status`: what this host knows, for a person.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show who leads, the quorum and the members.",
        discussion: "Exits with 4 if this host cannot say who leads."
    )

    @OptionGroup var socket: SocketOption
    @Flag(help: "Print the status as JSON, as it stands in status.json.") var json = false

    func run() throws {
        var electd = try socket.connect()
        let status: Status
        do { status = try electd.status() } catch { throw Failure(error) }
        let now = boottime()
        if json {
            standardOutput(status.json)
        } else {
            standardOutput(page: status.page(at: now, Paint(isOn: wantsColour())))
        }
        if status.answer.role(at: now) == .unsure { throw Failure(.unknown) }
    }
}
