// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Control
import ElectClient

/// `electctl leader`: one word.
struct LeaderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leader",
        abstract: "Print the name of the leader.",
        discussion: "Prints nothing and exits with 4 if this host cannot say who leads."
    )

    @OptionGroup var socket: SocketOption
    @Flag(help: "Print the whole answer as JSON, also if it is unsure.") var json = false

    func run() throws { try printLeader(askingAt: socket.path, json: json) }
}

/// `electctl is-leader`: three answers, by word and by exit status.
struct IsLeaderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "is-leader",
        abstract: "Say whether this host leads: exit 0 yes, 3 no, 4 unsure.",
        discussion: """
            "unsure" is no "no": another host may lead or none, and this host may not act as if it \
            did.
            """
    )

    @OptionGroup var socket: SocketOption
    @Flag(name: .shortAndLong, help: "Print nothing.") var quiet = false
    @Flag(help: "Print the whole answer as JSON.") var json = false

    func run() throws { try printRole(askingAt: socket.path, quiet: quiet, json: json) }
}

/// Asks who leads, and prints the name.
func printLeader(askingAt path: String, json: Bool = false) throws(Failure) {
    let answer = try askForLeader(at: path)
    if json { standardOutput(answer.json) }
    guard answer.role(at: boottime()) != .unsure, let leader = answer.leader else {
        throw Failure(.unknown, "this host cannot say who leads; see 'electctl status'")
    }
    if !json { standardOutput(leader) }
}

/// Asks who leads, and prints what this host is.
func printRole(askingAt path: String, quiet: Bool, json: Bool = false) throws(Failure) {
    let answer = try askForLeader(at: path)
    let role = answer.role(at: boottime())
    if json {
        standardOutput(answer.json)
    } else if !quiet {
        standardOutput(role.rawValue)
    }
    switch role {
    case .leader: break
    case .follower: throw Failure(.no)
    case .unsure: throw Failure(.unknown)
    }
}

private func askForLeader(at path: String) throws(Failure) -> LeaderReply {
    do {
        var electd = try Electd(socket: path)
        return try electd.leader()
    } catch { throw Failure(error) }
}
