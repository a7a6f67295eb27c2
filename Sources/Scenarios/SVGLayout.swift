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
        for entry in diagram.entries {
            guard case .mark(let host, let mark, let text) = entry.what else { continue }
            let point = Point(host: host, at: entry.at)
            let index = seen[point, default: 0]
            seen[point] = index + 1
            let above = arrivals.contains(point) ? 0 : stacks[point] ?? 0
            let top = y(entry.at) - Double(above) * (Self.chipHeight + 2) + 2
            let box = Box(
                x: Self.x(host) + 9,
                y: top + Double(index) * (Self.chipHeight + 2),
                width: Self.width(text, size: 11) + 14,
                height: Self.chipHeight
            )
            chips.append(Chip(box: box, mark: mark, text: text))
        }
    }

    private mutating func placeLabels(_ diagram: Diagram) {
        var taken = chips.map(\.box)
        for (arrow, time) in Self.arrows(diagram) {
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

    /// The arrows as they are drawn: those that take the same way are one, and of a message that
    /// was held back the whole way is drawn, once it has come.
    static func arrows(_ diagram: Diagram) -> [(arrow: Diagram.Arrow, at: Int64)] {
        var arrows: [(arrow: Diagram.Arrow, at: Int64)] = []
        for entry in diagram.entries {
            guard case .arrow(let arrow) = entry.what else { continue }
            func isSameWay(_ other: Diagram.Arrow) -> Bool {
                (other.from, other.to, other.sent) == (arrow.from, arrow.to, arrow.sent)
            }
            if arrow.fate == .cameLate {
                arrows.removeAll {
                    isSameWay($0.arrow) && $0.arrow.fate == .underWay
                        && $0.arrow.label == arrow.label
                }
            }
            let twin = arrows.firstIndex {
                isSameWay($0.arrow) && $0.at == entry.at && $0.arrow.fate == arrow.fate
            }
            if let twin {
                arrows[twin].arrow = arrows[twin].arrow.joined(arrow.label)
            } else {
                arrows.append((arrow, entry.at))
            }
        }
        return arrows
    }

    /// Where along an arrow its name may stand: in the middle of a gap, else a little off it.
    private static func places(_ gaps: Int) -> [Double] {
        var places: [Double] = []
        for shift in [0.5, 0.36, 0.64] {
            for gap in 0..<gaps { places.append((Double(gap) + shift) / Double(gaps)) }
        }
        return places
    }
}

extension Diagram.Arrow {
    /// The same way with another name to it.
    func joined(_ other: String) -> Diagram.Arrow {
        let names = label == other ? label : "\(label) + \(other)"
        return Diagram.Arrow(from: from, to: to, label: names, sent: sent, fate: fate)
    }

    /// How much of the way it is drawn: what does not come ends on it.
    var reach: Double {
        let gaps = Double(abs(to - from))
        return switch fate {
        case .came, .cameLate: 1
        case .lost, .underWay: (gaps - 0.25) / gaps
        }
    }

    /// How far down it ends.
    func end(_ at: Int64, in layout: SVGLayout) -> Double {
        let start = layout.y(sent)
        switch fate {
        case .came, .cameLate: return layout.y(at)
        case .lost, .underWay: return max(layout.y(at), start) + 22
        }
    }
}
