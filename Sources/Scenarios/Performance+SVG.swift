// SPDX-License-Identifier: Apache-2.0

// The performance as one picture: its acts below one another, each with what it shows.

extension Performance {
    /// A complete SVG document on a light ground of its own, so that it reads the same on a dark
    /// page.
    public var svg: String {
        let layouts = acts.map { SVGLayout($0.diagram) }
        var right = SVGLayout.x(acts.map(\.diagram.columns.count).max() ?? 1) - 85
        for chip in layouts.flatMap(\.chips) {
            right = max(right, chip.box.x + chip.box.width + 16)
        }
        let width = Int((right - 60) / SVGLayout.width("m", size: 12.5))
        var body = SVG.text(24, 30, "title", scenario)
        var y = 52.0
        let heading = [sentence, "Source: \(source)"].flatMap { SVG.wrapped($0, width: width) }
        for line in heading {
            body += SVG.text(24, y, "small", line)
            y += 17
        }
        for (act, layout) in zip(acts, layouts) {
            if let title = act.title {
                y += 14
                body += SVG.text(24, y, "act", title)
                y += 6
            }
            body += SVG.group(y, SVG.draw(act.diagram, layout))
            y += layout.height + 14
            for claim in act.claims {
                let lines = SVG.wrapped(claim.sentence, width: width - 3)
                body += SVG.text(24, y, claim.holds ? "holds" : "broken", claim.holds ? "✓" : "✗")
                for line in lines {
                    body += SVG.text(42, y, "claim", line)
                    y += 17
                }
            }
        }
        return SVG.document(width: right, height: y + 10, title: scenario, body: body)
    }
}

extension SVG {
    /// A diagram with its top at 0: lines first, arrows over them, words over all.
    static func draw(_ diagram: Diagram, _ layout: SVGLayout) -> String {
        var out = ""
        if diagram.showsTime { out += times(layout) }
        out += lines(diagram, layout)
        for (arrow, time) in diagram.drawnArrows { out += draw(arrow, at: time, layout) }
        for label in layout.labels { out += draw(label) }
        for chip in layout.chips { out += draw(chip) }
        let width = SVGLayout.x(diagram.columns.count - 1)
        for note in layout.notes {
            out += line(24, note.y - 4, width + 90, note.y - 4, "rule")
            out += text(SVGLayout.left + 10, note.y, "note", note.text)
        }
        for (host, name) in diagram.columns.enumerated() {
            let x = SVGLayout.x(host)
            let wide = max(44, SVGLayout.width(name, size: 13) + 20)
            out += rectangle(x - wide / 2, 12, wide, 26, "host")
            out += text(x, 30, "name", name)
        }
        return out
    }

    private static func times(_ layout: SVGLayout) -> String {
        var out = ""
        var last = -100.0
        for tick in layout.ticks where tick.y - last >= 15 {
            out += text(76, tick.y + 4, "time", Diagram.clock(tick.time))
            last = tick.y
        }
        return out
    }

    /// The hosts' lines, each piece as the host was then.
    private static func lines(_ diagram: Diagram, _ layout: SVGLayout) -> String {
        var out = ""
        for host in diagram.columns.indices {
            var (since, state) = (44.0, Diagram.Line.plain)
            func piece(to end: Double) -> String {
                guard end > since, state != .down else { return "" }
                let x = SVGLayout.x(host)
                return line(x, since, x, end, "life \(state.style)")
            }
            for entry in diagram.entries {
                guard case .line(host, let next) = entry.what else { continue }
                let y = entry.at == 0 ? since : layout.y(entry.at)
                out += piece(to: y)
                (since, state) = (y, next)
            }
            out += piece(to: layout.height)
        }
        return out
    }

    private static func draw(
        _ arrow: Diagram.Arrow,
        at time: Int64,
        _ layout: SVGLayout
    ) -> String {
        let (from, to) = (SVGLayout.x(arrow.from), SVGLayout.x(arrow.to))
        let reach = arrow.reach
        let (start, end) = (layout.y(arrow.sent), arrow.end(time, in: layout))
        let x = from + (to - from) * reach
        let inset: Double = to > from ? -3 : 3
        switch arrow.fate {
        case .came: return self.arrow(from, start, x + inset, end, "message")
        case .cameLate: return self.arrow(from, start, x + inset, end, "message late")
        case .underWay: return line(from, start, x, end, "message waiting") + dot(x, end)
        case .lost: return line(from, start, x, end, "message lost") + cross(x, end)
        }
    }

    private static func draw(_ label: SVGLayout.Label) -> String {
        let style = label.isFaint ? "label faint" : "label"
        return text(label.x, label.y - 5, style, label.text, slope: label.slope, about: label.y)
    }

    private static func draw(_ chip: SVGLayout.Chip) -> String {
        let box = chip.box
        return rectangle(box.x, box.y, box.width, box.height, "chip \(chip.mark.style)")
            + dot(chip.dot, box.y + Double(SVGLayout.chipHeight) / 2, style: chip.mark.style)
            + text(box.x + 7, box.y + 13, "word \(chip.mark.style)", chip.text)
    }
}

extension Diagram.Line {
    fileprivate var style: String {
        switch self {
        case .unsure: "unsure"
        case .follows: "follows"
        case .leads: "leads"
        case .down: "down"
        case .paused: "paused"
        case .plain: "plain"
        }
    }
}

extension Diagram.Mark {
    fileprivate var style: String {
        switch self {
        case .durable: "m-durable"
        case .stands: "m-stands"
        case .learns: "m-learns"
        case .leads: "m-leads"
        case .ceases, .unsure: "m-unsure"
        case .crashes, .breaks: "m-bad"
        case .starts, .pauses, .says: "m-says"
        }
    }
}
