// SPDX-License-Identifier: Apache-2.0

// A long line on a narrow terminal:
//
//      Since    2026-11-21T21:15:48Z (4s): needed 2, reachable 1: db2,
//               db3 silent for 41 s; next: start them, …
//
// A file and a pipe get each line whole: who looks for a word there finds it beside its label.

/// A line in pieces of at most `width` characters, broken at spaces; a word that is longer stays whole.
///
/// What follows stands below the text behind the label, or is indented by two where there is none.
func folded(_ line: String, width: Int) -> [String] {
    guard shownCount(line) > width else { return [line] }
    let indent = hangingIndent(of: shown(line))
    guard indent + 20 <= width else { return [line] }
    var lines: [String] = []
    var current = ""
    for word in words(of: line) {
        let glue = String(repeating: " ", count: word.blanks)
        let isFirst = shown(current).allSatisfy { $0 == " " }
        if !isFirst, shownCount(current) + word.blanks + shownCount(word.text) > width {
            lines.append(current)
            current = String(repeating: " ", count: indent) + word.text
        } else {
            current += glue + word.text
        }
    }
    return lines + [current]
}

/// The words of a line, each with how many spaces stand before it.
private func words(of line: String) -> [(blanks: Int, text: String)] {
    var words: [(blanks: Int, text: String)] = []
    var blanks = 0
    for piece in line.split(separator: " ", omittingEmptySubsequences: false) {
        if piece.isEmpty {
            blanks += 1
        } else {
            words.append((blanks, String(piece)))
            blanks = 1
        }
    }
    return words
}

/// Where the text begins behind a label and two spaces or more; two more than the line's own indent if it
/// has no label.
private func hangingIndent(of line: String) -> Int {
    let words = words(of: line)
    let own = words.first?.blanks ?? 0
    guard own == 0, words.count > 1, words[1].blanks > 1 else { return own + 2 }
    return shownCount(words[0].text) + words[1].blanks
}

/// How many columns a line takes.
private func shownCount(_ text: String) -> Int { shown(text).count }

/// The text without the orders that give it colour.
private func shown(_ text: String) -> String {
    var shown = ""
    var isOrder = false
    for sign in text {
        if sign == "\u{1B}" {
            isOrder = true
        } else if isOrder {
            isOrder = sign != "m"
        } else {
            shown.append(sign)
        }
    }
    return shown
}
