// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control
import ElectClient

/// `electctl members`: who belongs to the cluster, and who may join it.
struct MembersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "members",
        abstract: "List the members, and who may join."
    )

    @OptionGroup var socket: SocketOption
    @Flag(help: "Print the answer as JSON.") var json = false

    func run() throws {
        var electd = try socket.connect()
        let reply: MembersReply
        do { reply = try electd.members() } catch { throw Failure(error) }
        if json { return standardOutput(reply.json) }
        for line in reply.page(Paint(isOn: wantsColour())) { standardOutput(line) }
    }
}

extension MembersReply {
    /// The lines for a person.
    func page(_ paint: Paint) -> [String] {
        if members.isEmpty { return ["This host is no member of a cluster yet."] }
        var rows = [
            ["  MEMBER", "ROLE", "STATE", "PRIORITY", "ROUND TRIP", "IDENTITY", "ADDRESSES"]
        ]
        for detail in members {
            let member = detail.member
            rows.append([
                "\(member.leader ? "*" : " ") \(member.name)",
                member.role.rawValue,
                (member.up ? "up" : "down") + (member.drained ? ", drained" : "")
                    + (member.reachable ? "" : ", silent"),
                String(member.priority),
                detail.roundTrip.map(milliseconds) ?? "-",
                detail.identity,
                member.addresses.joined(separator: " "),
            ])
        }
        for host in announced {
            rows.append(["  \(host.name)", host.role.rawValue, "may join", "-", "-", "-", ""])
        }
        let lines = table(rows, isNumber: [3, 4])
        let pause = pauseLeft.map { left in
            let time = Duration.milliseconds(left).timeSpan
            return ["", "Paused for another \(time): \(Status.ofPause)"]
        }
        return [paint.head(lines[0])]
            + lines.dropFirst().enumerated().map { index, line in
                index >= members.count || members[index].member.up ? line : paint.bad(line)
            } + (pause ?? [])
    }
}

/// A length of time in milliseconds with three decimals, so that a column of them can be compared.
func milliseconds(_ nanoseconds: UInt64) -> String {
    let micro = (nanoseconds + 500) / 1000
    let fraction = String(micro % 1000)
    return "\(micro / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction) ms"
}
