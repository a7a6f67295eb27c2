// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Control
import ElectClient

/// `electctl history`: what the cluster has decided, as this host learned it.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Print the newest decrees, one a line.",
        discussion: "The oldest comes first. electd remembers the last 1,024."
    )

    @OptionGroup var socket: SocketOption
    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("Print so many at most, the newest.", valueName: "decrees")
    )
    var count: Int?
    @Flag(help: "Print one JSON object a line.") var json = false

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count must be at least 1") }
    }

    func run() throws {
        var electd = try socket.connect()
        let entries: [HistoryEntry]
        do { entries = try electd.history(limit: count) } catch { throw Failure(error) }
        if json {
            for entry in entries { standardOutput(entry.json) }
        } else {
            for line in page(of: entries, Paint(isOn: wantsColour())) { standardOutput(line) }
        }
    }
}

/// The lines for a person.
func page(of entries: [HistoryEntry], _ paint: Paint) -> [String] {
    var rows = [["TIME", "DECREE", "EPOCH", "LEADER", "CAUSE", "ASKED BY", "CHANGE"]]
    for entry in entries {
        rows.append([
            entry.time, String(entry.decree), String(entry.epoch), entry.leader, entry.cause,
            entry.askedBy.isEmpty ? "-" : entry.askedBy, entry.change,
        ])
    }
    let lines = table(rows, isNumber: [1, 2])
    return [paint.head(lines[0])] + lines.dropFirst()
}
