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
    @Option(
        help: ArgumentHelp(
            "The next leader; otherwise the first in the order of succession.",
            valueName: "name"
        ),
        completion: memberCompletion()
    )
    var to: String?
    @OptionGroup var patience: PatienceOption
    @Flag(help: "Wait until the next leader has its lease.") var wait = false
    @Flag(name: .shortAndLong, help: "Print nothing.") var quiet = false
    @Flag(help: "Print the answer as JSON.") var json = false

    func run() throws {
        let began = boottime()
        let reply = try transfer()
        if wait { try waitFor(reply, taken: .nanoseconds(boottime() - began)) }
        if json {
            standardOutput(reply.json)
        } else if !quiet {
            standardOutput(
                "\(reply.to) leads \(wait ? "now" : "next"), under epoch \(reply.epoch); "
                    + "it was \(reply.from)"
            )
        }
    }

    private func transfer() throws -> TransferReply {
        var electd = try socket.connect()
        do {
            return try electd.transfer(to: to, timeout: patience.limit)
        } catch {
            throw Failure(error)
        }
    }

    /// The decree names a leader; the lease comes a round trip or two later. If that host is too slow
    /// another one takes it, and then nobody waits for the first.
    ///
    /// - Parameter taken: of the time that there is in all.
    private func waitFor(_ reply: TransferReply, taken: Duration) throws {
        let wanted = WaitLeader(.anyone, afterEpoch: max(reply.epoch, 1) - 1)
        let left = patience.limit.map { max(.zero, $0 - taken) }
        let answer: LeaderReply
        do {
            answer = try Electd.waitLeader(wanted, socket: socket.path, timeout: left)
        } catch {
            throw Failure(error)
        }
        guard let leader = answer.leader, leader != reply.to else { return }
        throw Failure(
            .failure,
            "\(reply.to) was late, and \(leader) leads in its place, under epoch \(answer.epoch); "
                + "look at 'electctl timing', and ask again"
        )
    }
}
