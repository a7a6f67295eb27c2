// SPDX-License-Identifier: Apache-2.0

/// The text format of systemd.syntax(7), without any idea of what the keys mean.
///
/// A file is a list of assignments in sections. What makes the format pleasant is in the details:
/// a line that ends in a backslash goes on in the next one, and comment lines in between are passed
/// over, so that every item of a long list can be explained. Each value keeps its file and line;
/// whoever finds later that it makes no sense can say where it stands.

/// One `Key=value`.
struct Assignment: Equatable {
    /// The section it stands in, without brackets.
    var section: String
    /// What is left of the first `=`.
    var key: String
    /// What is right of it, without surrounding white space; the lines of a continued value are
    /// joined by one space.
    var value: String
    /// Where it begins.
    var place: Place
}

/// A `[Section]` line.
struct SectionHeader: Equatable {
    /// The name without brackets.
    var name: String
    /// Where it stands.
    var place: Place
}

/// One file, taken apart.
struct SettingsText {
    /// In the order of the file.
    private(set) var assignments: [Assignment] = []
    /// In the order of the file; a section may come more than once.
    private(set) var sections: [SectionHeader] = []
    /// Lines that are none of: section, assignment, comment, blank.
    private(set) var problems: [ConfigurationProblem] = []

    /// Takes the contents of a file apart. It never gives up: a line that cannot be read becomes a
    /// problem and the next one is read.
    init(_ bytes: [UInt8], file: String) {
        var unfinished: (text: String, place: Place)?
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            let place = Place(file: file, line: index + 1)
            guard let line = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
                report(place, "this line is not UTF-8 text")
                continue
            }
            let text = trimmed(
                index == 0 && line.hasPrefix("\u{FEFF}") ? line.dropFirst() : line[...]
            )
            if text.hasPrefix("#") || text.hasPrefix(";") { continue }
            var joined = unfinished ?? (text: "", place: place)
            let separator = joined.text.isEmpty ? "" : " "
            if text.hasSuffix("\\") {
                joined.text += separator + trimmed(text.dropLast())
                unfinished = joined
            } else {
                joined.text += separator + text
                unfinished = nil
                take(joined.text, joined.place)
            }
        }
        if let unfinished { take(unfinished.text, unfinished.place) }
    }

    private mutating func take(_ joined: String, _ place: Place) {
        let text = trimmed(joined[...])
        if text.isEmpty { return }
        if text.hasPrefix("[") {
            guard text.hasSuffix("]"), text.utf8.count > 2 else {
                report(place, "'\(text)' is no section: write its name in brackets, as in [Node]")
                return
            }
            sections.append(SectionHeader(name: String(text.dropFirst().dropLast()), place: place))
            return
        }
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            report(place, "'\(text)' is neither a [Section] nor a Key=value")
            return
        }
        let key = String(trimmed(text[..<equals]))
        guard let section = sections.last else {
            report(place, "\(key)= stands before the first [Section]")
            return
        }
        let value = String(trimmed(text[text.index(after: equals)...]))
        assignments.append(Assignment(section: section.name, key: key, value: value, place: place))
    }

    private mutating func report(_ place: Place, _ sentence: String) {
        problems.append(ConfigurationProblem(place: place, sentence: sentence))
    }
}
