// SPDX-License-Identifier: Apache-2.0

// The arrows as they are drawn: those that take the same way are one, and of a message that was held
// back the whole way is drawn, once it has come.

extension Diagram {
    /// Each with the moment at which it ends.
    var drawnArrows: [(arrow: Arrow, at: Int64)] {
        var arrows: [(arrow: Arrow, at: Int64)] = []
        for entry in entries {
            guard case .arrow(let arrow) = entry.what else { continue }
            func isSameWay(_ other: Arrow) -> Bool {
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
