// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control
import ElectClient

/// `electctl wait-leader`: holds a script until there is the leader that it needs.
struct WaitLeaderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait-leader",
        abstract: "Wait until there is a leader, and print its name.",
        discussion: """
            Looks first, then is told by electd; it never polls. An electd that does not run yet is \
            waited for as well. Lengths of time are written as 1500ms, 2s or 5min.
            """
    )

    @OptionGroup var socket: SocketOption
    @Option(
        help: ArgumentHelp(
            "Give up after this time, with status 124; 0 is never. Default: 0.",
            valueName: "time"
        ),
        transform: timeSpan
    )
    var timeout: Duration = .zero
    @Flag(name: .customLong("self"), help: "Wait until this host leads.") var wantsThisHost = false
    @Flag(name: .customLong("not-self"), help: "Wait until another host leads.")
    var wantsAnotherHost = false
    @Option(
        help: ArgumentHelp("Wait until the host of this name leads.", valueName: "name"),
        completion: memberCompletion()
    )
    var host: String?
    @Option(help: ArgumentHelp("Wait for an epoch greater than this.", valueName: "epoch"))
    var after: UInt64?
    @Option(
        help: ArgumentHelp("How much validity must be left at least.", valueName: "time"),
        transform: timeSpan
    )
    var minValidity: Duration = .zero
    @Flag(name: .shortAndLong, help: "Print nothing.") var quiet = false
    @Flag(help: "Print the whole answer as JSON.") var json = false

    func validate() throws {
        let wishes = [wantsThisHost, wantsAnotherHost, host != nil]
        if wishes.count(where: { $0 }) > 1 {
            throw ValidationError("only one of --self, --not-self and --host can be waited for")
        }
        // It would wait for ever.
        if let objection = host.flatMap(Configuration.objection(toName:)) {
            throw ValidationError(objection)
        }
    }

    func run() throws {
        let wanted: WaitLeader.Wanted =
            if wantsThisHost {
                .thisHost
            } else if wantsAnotherHost {
                .anotherHost
            } else if let host {
                .host(host)
            } else {
                .anyone
            }
        let wait = WaitLeader(
            wanted,
            afterEpoch: after ?? 0,
            minimumValidityMilliseconds: milliseconds(minValidity)
        )
        let limit = timeout == .zero ? nil : timeout
        let answer: LeaderReply
        do {
            answer = try Electd.waitLeader(wait, socket: socket.path, timeout: limit)
        } catch {
            throw Failure(error)
        }
        if json {
            standardOutput(answer.json)
        } else if !quiet {
            standardOutput(answer.leader ?? "")
        }
    }
}
