// SPDX-License-Identifier: Apache-2.0

import Control

/// Text in columns, and colour for whoever has a terminal.

/// The rows as lines with two spaces between columns; nothing stands behind the last word of a line.
///
/// - Parameter isNumber: the columns that are set flush right.
func table(_ rows: [[String]], isNumber: Set<Int>) -> [String] {
    let rows = rows.map { $0.map(\.printable) }
    let widths = (rows.first ?? []).indices.map { column in
        rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
        var line = row.indices.map { column in
            let space = String(repeating: " ", count: widths[column] - row[column].count)
            return isNumber.contains(column) ? space + row[column] : row[column] + space
        }.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }
}

/// Colour by meaning, or none.
struct Paint {
    /// Whether there is colour at all.
    var isOn: Bool

    func good(_ text: String) -> String { code("32", text) }
    func bad(_ text: String) -> String { code("31", text) }
    func head(_ text: String) -> String { code("1", text) }

    private func code(_ code: String, _ text: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
