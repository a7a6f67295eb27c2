// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Control
import ElectClient

/// `electctl transfer`: a planned change of the leader.
struct TransferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Hand leadership to another host.",
        discussion: """
            Any member that hears the leader passes it on. To be run as root, as a member of the \
            group electd-admin, or as the user that electd runs as.
            """
    )

    @OptionGroup var socket: SocketOption
    @Option(help: ArgumentHelp("The next leader; otherwise the best one.", valueName: "name"))
    var to: String?
    @Option(
        help: ArgumentHelp(
            "Give up after this time, with status 124; 0 is never.",
            valueName: "time"
        ),
        transform: timeSpan
    )
    var timeout: Duration = .seconds(30)
    @Flag(name: .shortAndLong, help: "Print nothing.") var quiet = false
    @Flag(help: "Print the answer as JSON.") var json = false

    func run() throws {
        var electd = try socket.connect()
        let reply: TransferReply
        do {
            reply = try electd.transfer(to: to, timeout: timeout == .zero ? nil : timeout)
        } catch {
            throw Failure(error)
        }
        if json {
            standardOutput(reply.json)
        } else if !quiet {
            standardOutput(
                "\(reply.to) leads next, under epoch \(reply.epoch); it was \(reply.from)"
            )
        }
    }
}
