// SPDX-License-Identifier: Apache-2.0

// A line of the table: what was measured, what it may be at most, and whether it is.
//
// A bound that has a disk in it holds on a machine whose own disk is quick: if a sync, with three
// writers at once, takes longer than half a millisecond in the same minutes, the bound grows by six
// times the difference. Both are printed, so that nobody has to guess which was used.

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
    /// What counts, if it is not the median.
    var total: Double?
    /// At most this; nil if it is only told.
    var bound: Double?
    /// What the bound grows by, since the disk was slow meanwhile.
    var growth = 0.0

    /// The measured value that is held against the bound.
    var value: Double { total ?? spread.median }

    /// Whether the value is within the bound, grown and scaled; nil where there is no bound.
    func isWithin(scale: Double) -> Bool? {
        bound.map { value <= $0 * scale + growth }
    }

    static let heading = Figure.line(
        ["figure", "median", "min", "max", "runs", "bound", "grown by", ""]
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
            "\(spread.count)", bound.map { unit.text($0 * scale) } ?? "",
            growth > 0 ? unit.text(growth) : "", verdict,
        ])
    }

    private static func line(_ cells: [String]) -> String {
        let widths = [54, 11, 11, 11, 5, 11, 9]
        var text = cells[0] + pad(cells[0], to: widths[0])
        for (cell, width) in zip(cells.dropFirst(), widths.dropFirst()) {
            text += pad(cell, to: width) + cell
        }
        return cells[7].isEmpty ? text : text + "  " + cells[7]
    }

    private static func pad(_ cell: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - cell.count))
    }
}
