// SPDX-License-Identifier: Apache-2.0

// The diagram as text: a column a host, a row an event. Messages of one broadcast share a row, so
// do hosts to which the same thing happens at once. A message stands in the row in which it came:
// solid as a rule, dashed if it had been under way for long.

extension Diagram {
    /// The whole diagram, a line a row.
    var text: String {
        var page = TextPage(self)
        for row in rows { page.draw(row) }
        page.close()
        return page.lines.joined(separator: "\n") + "\n"
    }

    /// What shares a row: everything but the receivers and the hosts.
    struct Row {
        let at: Int64
        let what: What
        var hosts: [Int]

        func takes(_ entry: Entry) -> Int? {
            guard entry.at == at else { return nil }
            switch (what, entry.what) {
            case (.arrow(let own), .arrow(let other)):
                let isSame =
                    own.from == other.from && own.label == other.label && own.sent == other.sent
                    && own.fate == other.fate
                return isSame ? other.to : nil
            case (.mark(_, let own, let text), .mark(let host, let mark, let other)):
                return own == mark && text == other && !hosts.contains(host) ? host : nil
            default: return nil
            }
        }
    }

    /// The entries, with what belongs together put together.
    var rows: [Row] {
        var rows: [Row] = []
        for entry in entries {
            var isTaken = false
            for at in rows.indices.reversed() where rows[at].at == entry.at {
                // Nothing moves over a change of a line or a sentence.
                if rows[at].what.isFence { break }
                guard let host = rows[at].takes(entry) else { continue }
                rows[at].hosts.append(host)
                isTaken = true
                break
            }
            if isTaken { continue }
            let hosts: [Int]
            switch entry.what {
            case .arrow(let arrow): hosts = [arrow.to]
            case .mark(let host, _, _), .line(let host, _): hosts = [host]
            case .note: hosts = []
            }
            rows.append(Row(at: entry.at, what: entry.what, hosts: hosts))
        }
        return rows
    }
}

extension Diagram.What {
    fileprivate var isFence: Bool {
        switch self {
        case .note: true
        case .line(_, let line): line == .down || line == .paused
        default: false
        }
    }
}

extension Diagram.What {
    fileprivate var isNote: Bool { if case .note = self { true } else { false } }
    fileprivate var isQuiet: Bool { if case .line = self { true } else { false } }
}

extension Diagram.Mark {
    /// The sign at the host's line.
    var sign: Character {
        switch self {
        case .durable: "▪"
        case .stands: "●"
        case .learns: "◆"
        case .leads: "★"
        case .ceases: "☆"
        case .unsure: "?"
        case .crashes: "✖"
        case .starts: "○"
        case .pauses: "‖"
        case .says: "»"
        case .breaks: "!"
        }
    }
}

extension Diagram.Line {
    /// How the line looks.
    var sign: Character {
        switch self {
        case .unsure: "┊"
        case .follows, .plain: "│"
        case .leads: "┃"
        case .down: " "
        case .paused: "⋮"
        }
    }
}

/// The page that rows are drawn on.
private struct TextPage {
    private let diagram: Diagram
    private let gap: Int
    private let margin: Int
    private var hosts: [Diagram.Line]
    private var lastTime: Int64?
    /// Whether the last row is an empty one.
    private var isRested = true
    private(set) var lines: [String] = []

    init(_ diagram: Diagram) {
        self.diagram = diagram
        var longest = 10
        for entry in diagram.entries {
            if case .arrow(let arrow) = entry.what { longest = max(longest, arrow.label.count) }
        }
        gap = longest + 7
        margin = diagram.showsTime ? 12 : 4
        hosts = diagram.columns.map { _ in .plain }
        var head = blank(rows: false)
        for (at, name) in diagram.columns.enumerated() {
            put(name, at: x(at) - name.count / 2, in: &head)
        }
        emit(head)
        // What the hosts are when the story begins.
        for entry in diagram.entries {
            guard case .line(let host, let line) = entry.what, entry.at == 0 else { break }
            hosts[host] = line
        }
        emit(blank())
    }

    private func x(_ host: Int) -> Int { margin + 2 + host * gap }

    /// A row with nothing but the hosts' lines.
    private func blank(rows: Bool = true) -> [Character] {
        var row = [Character](repeating: " ", count: x(diagram.columns.count - 1) + 3)
        if rows { for (at, line) in hosts.enumerated() { row[x(at)] = line.sign } }
        return row
    }

    private func put(_ text: String, at start: Int, in row: inout [Character]) {
        for (offset, character) in text.enumerated() where start + offset >= 0 {
            while row.count <= start + offset { row.append(" ") }
            row[start + offset] = character
        }
    }

    private mutating func emit(_ row: [Character]) {
        var text = String(row)
        while text.hasSuffix(" ") { text.removeLast() }
        lines.append(text)
    }

    private mutating func emit(_ row: [Character], at time: Int64) {
        var row = row
        if diagram.showsTime, lastTime != time {
            let text = Diagram.clock(time)
            put(text, at: max(0, margin - 2 - text.count), in: &row)
        }
        lastTime = time
        emit(row)
    }

    mutating func close() { emit(blank()) }

    mutating func draw(_ row: Diagram.Row) {
        defer { if !row.what.isQuiet { isRested = row.what.isNote } }
        switch row.what {
        case .line(let host, let line): hosts[host] = line
        case .note(let text):
            if !isRested { emit(blank()) }
            var line = blank()
            put("── \(text) ", at: margin, in: &line)
            emit(line, at: row.at)
            emit(blank())
        case .mark(_, let mark, let text):
            var line = blank()
            for host in row.hosts { line[x(host)] = mark.sign }
            let names = row.hosts.sorted().map { diagram.columns[$0] }.joined(separator: " ")
            put("   \(names): \(text)", at: line.count, in: &line)
            emit(line, at: row.at)
        case .arrow(let arrow):
            var line = blank()
            for to in row.hosts.sorted(by: { abs($0 - arrow.from) > abs($1 - arrow.from) }) {
                draw(arrow, to: to, in: &line)
            }
            let isLeft = row.hosts.contains { $0 < arrow.from }
            let isRight = row.hosts.contains { $0 > arrow.from }
            line[x(arrow.from)] = isLeft && isRight ? "┼" : isRight ? "├" : "┤"
            let names = row.hosts.sorted().map { diagram.columns[$0] }.joined(separator: " ")
            if arrow.fate == .underWay {
                put("   to \(names): under way", at: line.count, in: &line)
            }
            emit(line, at: row.at)
        }
    }

    private func draw(_ arrow: Diagram.Arrow, to: Int, in row: inout [Character]) {
        let (start, end) = (x(arrow.from), x(to))
        let isRight = end > start
        let stroke: Character = arrow.fate == .came || arrow.fate == .lost ? "─" : "╌"
        let (low, high) = isRight ? (start + 1, end - 1) : (end + 1, start - 1)
        let heads: (Character, Character)
        switch arrow.fate {
        case .came, .cameLate: heads = ("▶", "◀")
        case .lost: heads = ("×", "×")
        case .underWay: heads = ("▷", "◁")
        }
        for at in low...high {
            let isLine = hosts.indices.contains { x($0) == at && hosts[$0] != .down }
            if row[at] != "▶" && row[at] != "◀" { row[at] = isLine ? "┼" : stroke }
        }
        row[isRight ? high : low] = isRight ? heads.0 : heads.1
        let label = " \(arrow.label) "
        put(label, at: isRight ? start + 2 : start - 2 - label.count + 1, in: &row)
    }
}

extension Diagram {
    /// Microseconds as milliseconds: `12.5 ms`.
    static func clock(_ time: Int64) -> String {
        let fraction = (time % 1000) / 100
        return "\(time / 1000)" + (fraction == 0 ? "" : ".\(fraction)") + " ms"
    }
}
