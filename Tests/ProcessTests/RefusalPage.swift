// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// A row of the tables in electctl(1) of what is refused: where, what is typed, and what is said.
struct RefusalRow {
    /// What the page says of the cluster: `db2 is drained`.
    var place: String
    /// With what electctl ends.
    var status: Int32
    var command: String
    var sentence: String

    /// The words behind `electctl`.
    var words: [String] { command.split(separator: " ").map(String.init) }

    /// The rows of a table, in their order.
    static func table(_ name: String) throws -> [RefusalRow] {
        let page = "\(#filePath)/../../../man/electctl.1"
        let data = try Data(contentsOf: URL(filePath: page).standardized)
        let text = String(decoding: data, as: UTF8.self)
            .replacing("\\-", with: "-").replacing("\\&", with: "")
        let lines = text.split(separator: "\n").map(String.init)
        let begin = try #require(lines.firstIndex(of: ".\\\" begin \(name)"))
        let end = try #require(lines.firstIndex(of: ".\\\" end \(name)"))
        var rows: [RefusalRow] = []
        var (place, status) = ("", Int32(5))
        for line in lines[(begin + 1)..<end] where line != ".TP" && line != ".PP" {
            if line.hasPrefix("Where ") {
                let words = String(line.dropFirst("Where ".count).dropLast())
                let parts = words.split(separator: ", with status ")
                place = String(parts[0])
                status = parts.count > 1 ? try #require(Int32(parts[1])) : 5
            } else if line.hasPrefix(".B ") {
                let command = String(line.dropFirst(3))
                rows.append(
                    RefusalRow(place: place, status: status, command: command, sentence: "")
                )
            } else {
                let at = rows.count - 1
                rows[at].sentence += rows[at].sentence.isEmpty ? line : " " + line
            }
        }
        try #require(!rows.isEmpty)
        return rows
    }
}
