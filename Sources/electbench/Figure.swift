// SPDX-License-Identifier: Apache-2.0

// A line of the table: what was measured, what it may be at most, and whether it is.
//
// A bound that has a disk in it holds where the disk is quick: if a sync, with three writers at once,
// takes longer than half a millisecond in the same seconds, the bound grows by six times the
// difference. The sync, the bound and what it grew to are all printed.
//
// Where a processor is woken rather than used, the machine decides more than we do: there a bare
// program is measured beside, and how many times as much ours takes.

/// What a figure is counted in.
enum Unit: String {
    case milliseconds = "ms"
    case microseconds = "µs"
    case nanoseconds = "ns"
    case mebibytes = "MiB"
    case percent = "%"
    case each = ""
    case perSecond = "/s"

    /// A value as the table shows it.
    func text(_ value: Double) -> String {
        let places =
            switch self {
            case .percent: 3
            case .mebibytes, .milliseconds, .microseconds, .nanoseconds, .perSecond: 1
            case .each: 0
            }
        return self == .each || self == .perSecond
            ? decimal(value, places) + rawValue : "\(decimal(value, places)) \(rawValue)"
    }
}

/// One measured figure.
struct Figure {
    var name: String
    var unit: Unit
    var spread: Spread
    /// At most this; nil if it is only told.
    var bound: Double?
    /// What a bare program takes that does the same to the machine and nothing else; nil if none was
    /// measured.
    var bare: Double?
    /// What a sync took meanwhile, in milliseconds (p50 of three writers); nil if no disk matters.
    var sync: Double?

    /// The measured value that is held against the bound.
    var value: Double { spread.median }

    /// The bound, scaled and grown; nil where there is none.
    func allowed(scale: Double) -> Double? {
        bound.map { $0 * scale + 6 * max(0, (sync ?? 0) - 0.5) }
    }

    /// Whether the value is within its bound; nil where there is none.
    func isWithin(scale: Double) -> Bool? { allowed(scale: scale).map { value <= $0 } }

    static let heading = Figure.line(
        ["figure", "median", "min", "max", "runs", "sync", "bound", "allowed", "bare", "of it", ""]
    )

    /// The figure as a line of the table.
    func line(scale: Double) -> String {
        let verdict =
            switch isWithin(scale: scale) {
            case true?: "within"
            case false?: "OVER"
            case nil: ""
            }
        return Figure.line([
            name, unit.text(value), unit.text(spread.least), unit.text(spread.most),
            "\(spread.count)", sync.map { "\(decimal($0, 2)) ms" } ?? "",
            bound.map(unit.text) ?? "", allowed(scale: scale).map(unit.text) ?? "",
            bare.map(unit.text) ?? "", bare.map { "×\(decimal(value / $0, 2))" } ?? "", verdict,
        ])
    }

    private static func line(_ cells: [String]) -> String {
        let widths = [54, 11, 11, 11, 5, 9, 10, 10, 10, 7]
        var text = cells[0] + pad(cells[0], to: widths[0])
        for (cell, width) in zip(cells.dropFirst(), widths.dropFirst()) {
            text += pad(cell, to: width) + cell
        }
        return cells[10].isEmpty ? text : text + "  " + cells[10]
    }

    private static func pad(_ cell: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - cell.count))
    }
}
