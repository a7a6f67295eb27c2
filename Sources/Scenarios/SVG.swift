// SPDX-License-Identifier: Apache-2.0

/// The few shapes that a diagram is drawn with, as SVG elements.
enum SVG {
    private static let style = """
        text { font-family: system-ui, "Noto Sans", "DejaVu Sans", sans-serif; fill: #1f2933; }
        .title { font-size: 19px; font-weight: 600; }
        .act { font-size: 14px; font-weight: 600; }
        .small, .claim { font-size: 12.5px; fill: #52606d; }
        .claim { fill: #1f2933; }
        .holds { font-size: 13px; font-weight: 700; fill: #0f7b4b; }
        .broken { font-size: 13px; font-weight: 700; fill: #c0262d; }
        .host { fill: #243b53; rx: 6px; }
        .name { font-size: 13px; font-weight: 600; fill: #ffffff; text-anchor: middle; }
        .time { font-size: 10.5px; fill: #829ab1; text-anchor: end; }
        .life { stroke: #627d98; stroke-width: 2; }
        .life.leads { stroke: #12a150; stroke-width: 7; stroke-linecap: round; }
        .life.unsure { stroke: #d9822b; stroke-dasharray: 2 4; }
        .life.paused { stroke: #829ab1; stroke-dasharray: 1 9; stroke-width: 4; }
        .message { stroke: #334e68; stroke-width: 1.4; fill: none; }
        .message.late { stroke: #7b4fc9; stroke-dasharray: 6 4; }
        .message.waiting { stroke: #7b4fc9; stroke-dasharray: 6 4; }
        .message.lost { stroke: #c0262d; stroke-dasharray: 3 3; }
        .cross { stroke: #c0262d; stroke-width: 2.2; }
        .label { font-size: 11.5px; text-anchor: middle; stroke: #fdfdfb; stroke-width: 3px;
          paint-order: stroke; stroke-linejoin: round; }
        .label.faint { fill: #7b8794; }
        .rule { stroke: #bcccdc; stroke-width: 1; }
        .note { font-size: 12px; font-style: italic; fill: #334e68; stroke: #fdfdfb;
          stroke-width: 6px; paint-order: stroke; }
        .chip { fill: #f0f4f8; stroke: #d0d9e2; rx: 5px; }
        .word { font-size: 11px; }
        .dot { fill: #627d98; }
        .chip.m-leads { fill: #e3f8ec; stroke: #9ad8b6; } .dot.m-leads { fill: #12a150; }
        .chip.m-unsure { fill: #fff3e0; stroke: #efc997; } .dot.m-unsure { fill: #d9822b; }
        .chip.m-bad { fill: #fdeaea; stroke: #eeb1b4; } .dot.m-bad { fill: #c0262d; }
        .chip.m-learns { fill: #e6f0fb; stroke: #b3cdea; } .dot.m-learns { fill: #2673c4; }
        .chip.m-stands { fill: #f1eafc; stroke: #d0bdf0; } .dot.m-stands { fill: #7b4fc9; }
        """

    static func document(width: Double, height: Double, title: String, body: String) -> String {
        let (wide, high) = (number(width), number(height))
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="\(wide)" height="\(high)" \
            viewBox="0 0 \(wide) \(high)" role="img">
            <title>\(escaped(title))</title>
            <style>
            \(style)
            </style>
            <defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" \
            markerHeight="8" orient="auto"><path d="M0,0.8 L8,4 L0,7.2 Z" fill="#334e68"/></marker>\
            </defs>
            <rect width="\(wide)" height="\(high)" fill="#fdfdfb" rx="8"/>
            \(body)</svg>

            """
    }

    static func group(_ y: Double, _ body: String) -> String {
        "<g transform=\"translate(0 \(number(y)))\">\n\(body)</g>\n"
    }

    static func line(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ style: String) -> String
    {
        "<line x1=\"\(number(a))\" y1=\"\(number(b))\" x2=\"\(number(c))\" y2=\"\(number(d))\" "
            + "class=\"\(style)\"/>\n"
    }

    static func arrow(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ style: String) -> String
    {
        let line = line(a, b, c, d, style)
        return line.dropLast(3) + " marker-end=\"url(#head)\"/>\n"
    }

    static func rectangle(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        _ style: String
    ) -> String {
        "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" "
            + "height=\"\(number(height))\" class=\"\(style)\"/>\n"
    }

    static func dot(_ x: Double, _ y: Double, style: String = "m-stands") -> String {
        "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"4\" class=\"dot \(style)\"/>\n"
    }

    static func cross(_ x: Double, _ y: Double) -> String {
        line(x - 5, y - 5, x + 5, y + 5, "cross") + line(x - 5, y + 5, x + 5, y - 5, "cross")
    }

    /// A text, turned by a slope about the point of this height if there is one.
    static func text(
        _ x: Double,
        _ y: Double,
        _ style: String,
        _ text: String,
        slope: Double = 0,
        about: Double = 0
    ) -> String {
        var turn = ""
        if slope != 0 {
            // For the slopes of arrows the sine and the cosine, to a thousandth.
            let length = (1 + slope * slope).squareRoot()
            let (cosine, sine) = (1 / length, slope / length)
            let shift = (x - cosine * x + sine * about, about - sine * x - cosine * about)
            turn =
                " transform=\"matrix(\(number(cosine)) \(number(sine)) \(number(-sine)) "
                + "\(number(cosine)) \(number(shift.0)) \(number(shift.1)))\""
        }
        return "<text x=\"\(number(x))\" y=\"\(number(y))\" class=\"\(style)\"\(turn)>"
            + escaped(text) + "</text>\n"
    }

    /// Three decimals at most.
    static func number(_ value: Double) -> String {
        let scaled = Int64((value * 1000).rounded())
        var fraction = String(scaled.magnitude % 1000)
        fraction = String(repeating: "0", count: 3 - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = "\(scaled < 0 ? "-" : "")\(scaled.magnitude / 1000)"
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }

    static func escaped(_ text: String) -> String {
        var out = ""
        for character in text {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.append(character)
            }
        }
        return out
    }

    /// Lines of at most so many characters, broken between words.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
