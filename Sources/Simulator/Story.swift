// SPDX-License-Identifier: Apache-2.0

/// Those lines of a trace that tell how it came to its end, so many that they fit on a screen.
///
/// A trace has a line for every packet and every write, and most are heartbeats. What counts first is
/// what went wrong; then what hosts did and said; then what Paxos's messages brought about, the last
/// ones rather than the first.
public struct Story: Sendable {
    /// The lines, in order.
    public let lines: [String]

    /// How much a line tells, the most first.
    private enum Weight: Int, CaseIterable { case misfortune, deed, message, routine }

    /// - Parameters:
    ///   - trace: All lines, as a run gives them.
    ///   - rows: How many to keep at most.
    public init(_ trace: [String], rows: Int = 40) {
        var pages: [Substring: Substring] = [:]
        let weights = trace.map { Self.weight(of: $0, &pages) }
        var kept = Set<Int>()
        for weight in Weight.allCases {
            // Of the routine only the very end: there it may have been the last straw.
            let from = weight == .routine ? max(trace.count - 4, 0) : 0
            for at in trace.indices[from...].reversed()
            where weights[at] == weight && kept.count < rows {
                kept.insert(at)
            }
        }
        lines = trace.indices.filter { kept.contains($0) }.map { trace[$0] }
    }

    private static func weight(of line: String, _ pages: inout [Substring: Substring]) -> Weight {
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count > 2 else { return .deed }
        if words[2] == "VIOLATED" || Misfortune(line: line) != nil { return .misfortune }
        switch words[2] {
        case "page:":
            // Only the end is another when it was renewed.
            let said = line[words[2].startIndex..<(words.last?.startIndex ?? line.endIndex)]
            defer { pages[words[1]] = said }
            return pages[words[1]] == said ? .routine : .deed
        case "hears":
            let kinds: Set<Substring> = [
                "prepare", "promise", "accept", "accepted", "decided", "release", "refuse",
            ]
            return words.count > 6 && kinds.contains(words[6]) ? .message : .routine
        case "writes", "lost:": return .routine
        default: return words[2].hasPrefix("#") ? .routine : .deed
        }
    }
}

extension Misfortune {
    /// The misfortune that a line of a trace tells of; nil if it tells of something else.
    public init?(line: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count > 2, words[2].hasSuffix(":") else { return nil }
        let parts = words[2].dropLast().split(separator: ".")
        guard parts.count == 2, let number = Int(parts[1]),
            let fault = Fault.allCases.first(where: { "\($0)" == parts[0] })
        else { return nil }
        self.init(fault, number)
    }
}
