// SPDX-License-Identifier: Apache-2.0

/// Where everything of a diagram stands in its picture.
///
/// Time is drawn with its pauses shortened: what happens within a round trip is worth seeing, what
/// does not happen for half a second is not. Labels go where nothing else is written yet.
struct SVGLayout {
    static let gap = 205.0
    static let left = 110.0
    static let chipHeight = 18.0

    private(set) var height = 0.0
    private var heights: [Int64: Double] = [:]
    private(set) var chips: [Chip] = []
    private(set) var labels: [Label] = []
    private(set) var notes: [(y: Double, text: String)] = []
    /// The moments that are written at the edge.
    private(set) var ticks: [(y: Double, time: Int64)] = []

    /// A word beside a host's line.
    struct Chip {
        let box: Box
        /// Where the host's line is.
        let dot: Double
        let mark: Diagram.Mark
        let text: String
    }

    /// The name of a message, turned to lie along its arrow.
    struct Label {
        let x: Double
        let y: Double
        let slope: Double
        let text: String
        let isFaint: Bool
    }

    struct Box {
        let (x, y, width, height): (Double, Double, Double, Double)

        func overlap(_ other: Box) -> Double {
            let across = min(x + width, other.x + other.width) - max(x, other.x)
            let down = min(y + height, other.y + other.height) - max(y, other.y)
            return across > 0 && down > 0 ? across * down : 0
        }
    }

    init(_ diagram: Diagram) {
        placeTimes(diagram)
        placeChips(diagram)
        placeLabels(diagram)
    }

    static func x(_ host: Int) -> Double { left + Double(host) * gap }

    /// How wide a text of this size is, about.
    static func width(_ text: String, size: Double) -> Double { Double(text.count) * size * 0.56 }

    func y(_ time: Int64) -> Double { heights[time] ?? 0 }

    /// Where on one host's line and when.
    private struct Point: Hashable {
        let host: Int
        let at: Int64
    }

    /// How many words stand at each point; and where messages come in, so that they stand below.
    private var stacks: [Point: Int] = [:]
    private var arrivals: Set<Point> = []

    private func highestStack(_ diagram: Diagram, at time: Int64, isAbove: Bool) -> Double {
        var highest = 0
        for host in diagram.columns.indices {
            let point = Point(host: host, at: time)
            guard arrivals.contains(point) != isAbove else { continue }
            highest = max(highest, stacks[point] ?? 0)
        }
        return Double(highest) * (Self.chipHeight + 2)
    }

    private mutating func placeTimes(_ diagram: Diagram) {
        var noted: [Int64: Int] = [:]
        var times: Set<Int64> = [0]
        for entry in diagram.entries {
            times.insert(entry.at)
            switch entry.what {
            case .arrow(let arrow):
                times.insert(arrow.sent)
                if arrow.reach == 1 { arrivals.insert(Point(host: arrow.to, at: entry.at)) }
            case .mark(let host, _, _): stacks[Point(host: host, at: entry.at), default: 0] += 1
            case .note: noted[entry.at, default: 0] += 1
            case .line: break
            }
        }
        var y = 64.0
        var last: Int64?
        for time in times.sorted() {
            if let last {
                let pause = Double(time - last) / 1000
                let words =
                    highestStack(diagram, at: last, isAbove: false)
                    + highestStack(diagram, at: time, isAbove: true)
                y += max(min(13 + pause * 7, 56), words + 4)
            } else {
                y += highestStack(diagram, at: time, isAbove: true)
            }
            // A sentence stands above what happens at its moment.
            if let count = noted[time] { y += Double(count) * 26 }
            heights[time] = y
            ticks.append((y, time))
            last = time
        }
        height = y + 30 + (last.map { highestStack(diagram, at: $0, isAbove: false) } ?? 0)
        var seen: [Int64: Int] = [:]
        for entry in diagram.entries {
            guard case .note(let text) = entry.what, let count = noted[entry.at] else { continue }
            let index = seen[entry.at, default: 0]
            seen[entry.at] = index + 1
            notes.append((self.y(entry.at) - Double(count - index) * 26 + 8, text))
        }
    }

    private mutating func placeChips(_ diagram: Diagram) {
        var seen: [Point: Int] = [:]
        let ways = waypoints(diagram)
        for entry in diagram.entries {
            guard case .mark(let host, let mark, let text) = entry.what else { continue }
            let point = Point(host: host, at: entry.at)
            let index = seen[point, default: 0]
            seen[point] = index + 1
            let above = arrivals.contains(point) ? 0 : stacks[point] ?? 0
            let top = y(entry.at) - Double(above) * (Self.chipHeight + 2) + 2
            let width = Self.width(text, size: 11) + 14
            func box(isLeft: Bool) -> Box {
                Box(
                    x: Self.x(host) + (isLeft ? -9 - width : 9),
                    y: top + Double(index) * (Self.chipHeight + 2),
                    width: width,
                    height: Self.chipHeight
                )
            }
            // On the right as a rule; on the left where that hides less. Left of the first host the
            // clock stands.
            let (right, left) = (box(isLeft: false), box(isLeft: true))
            let isLeft = host > 0 && hides(left, among: ways) + 2 < hides(right, among: ways)
            let place = isLeft ? left : right
            chips.append(Chip(box: place, dot: Self.x(host), mark: mark, text: text))
        }
    }

    /// Points along all arrows, close enough to tell what a word would hide.
    private func waypoints(_ diagram: Diagram) -> [(x: Double, y: Double)] {
        diagram.drawnArrows.flatMap { arrow, time in
            let (from, to) = (Self.x(arrow.from), Self.x(arrow.to))
            let (start, end) = (y(arrow.sent), arrow.end(time, in: self))
            return stride(
                from: 0.02,
                to: arrow.reach,
                by: 0.04 / Double(abs(arrow.to - arrow.from))
            )
            .map { part in
                (from + (to - from) * part, start + (end - start) * part / arrow.reach)
            }
        }
    }

    /// How much of what is drawn a word would hide in this place.
    private func hides(_ box: Box, among ways: [(x: Double, y: Double)]) -> Int {
        let points = ways.count {
            $0.x > box.x && $0.x < box.x + box.width && $0.y > box.y && $0.y < box.y + box.height
        }
        return points + 50 * chips.count { $0.box.overlap(box) > 0 }
    }

    private mutating func placeLabels(_ diagram: Diagram) {
        var taken = chips.map(\.box)
        for (arrow, time) in diagram.drawnArrows {
            let (from, to) = (Self.x(arrow.from), Self.x(arrow.to))
            let (start, end) = (y(arrow.sent), arrow.end(time, in: self))
            let gaps = abs(arrow.to - arrow.from)
            let width = Self.width(arrow.label, size: 11.5)
            var best: (overlap: Double, label: Label, box: Box)?
            let reach = arrow.reach
            for place in Self.places(gaps) where place < reach {
                let x = from + (to - from) * place
                let y = start + (end - start) * place / reach
                let slope = (end - start) / ((to - from) * reach)
                // Turned text covers the height that its slope takes it through.
                let rise = abs(slope) * width
                let box = Box(
                    x: x - width / 2,
                    y: y - 17 - rise / 2,
                    width: width,
                    height: 14 + rise
                )
                let overlap = taken.reduce(0) { $0 + $1.overlap(box) }
                guard best.map({ overlap < $0.overlap - 1 }) ?? true else { continue }
                let label = Label(
                    x: x,
                    y: y,
                    slope: slope,
                    text: arrow.label,
                    isFaint: arrow.fate == .lost || arrow.fate == .underWay
                )
                best = (overlap, label, box)
            }
            guard let best else { continue }
            labels.append(best.label)
            taken.append(best.box)
        }
    }

    /// Where along an arrow its name may stand: in the middle of a gap, else a little off it.
    private static func places(_ gaps: Int) -> [Double] {
        var places: [Double] = []
        for shift in [0.5, 0.36, 0.64, 0.74] {
            for gap in 0..<gaps { places.append((Double(gap) + shift) / Double(gaps)) }
        }
        return places
    }
}
