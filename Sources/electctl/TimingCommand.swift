// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Control
import ElectClient

/// `electctl timing`: how long the cluster can be without a leader, worked out.
struct TimingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timing",
        abstract: "Show how long things take at worst, by the settings and as measured.",
        discussion: """
            Ask the leader: it alone measures round trips. What has not been slow yet is not in the \
            sums.
            """
    )

    @OptionGroup var socket: SocketOption
    @Flag(help: "Print the answer as JSON.") var json = false

    func run() throws {
        var electd = try socket.connect()
        let reply: TimingReply
        do { reply = try electd.timing() } catch { throw Failure(error) }
        if json { return standardOutput(reply.json) }
        for line in reply.page(Paint(isOn: wantsColour())) { standardOutput(line) }
    }
}

extension TimingReply {
    /// The lines for a person.
    func page(_ paint: Paint) -> [String] {
        var seen = [["MEASURED", "COUNT", "TYPICAL", "WORST"]]
        for one in measured {
            seen.append([
                one.name, String(one.count), one.typical.map(milliseconds) ?? "-",
                one.worst.map(milliseconds) ?? "-",
            ])
        }
        var sums = [["AT WORST", "TIME", "MADE UP OF"]]
        for bound in bounds { sums.append([bound.name, milliseconds(bound.time), bound.formula]) }
        let (above, below) = (table(seen, isNumber: [1, 2, 3]), table(sums, isNumber: [1]))
        return [
            "Settings  lease \(lease) ms, heartbeat \(heartbeat) ms, drift \(drift) ppm", "",
            paint.head(above[0]),
        ] + above.dropFirst() + ["", paint.head(below[0])] + below.dropFirst()
    }
}
