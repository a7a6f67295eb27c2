// SPDX-License-Identifier: Apache-2.0

/// One thing that goes wrong in a run: the third cut, the seventeenth packet that is lost. `cut.3`
/// and `loss.17` name them.
///
/// A misfortune has its number whether or not it is let happen, and dice of its own. So a run can be
/// told to keep two of its forty misfortunes, and those two are what they were.
public struct Misfortune: Hashable, Sendable, CustomStringConvertible {
    /// What goes wrong.
    public let fault: Fault
    /// Which one of its kind, from 1.
    public let number: Int

    /// This one of its kind.
    public init(_ fault: Fault, _ number: Int) { (self.fault, self.number) = (fault, number) }

    /// As it is written in a trace and on a command line.
    public var description: String { "\(fault).\(number)" }
}

/// Misfortunes that are let happen, by their names: `cut.1,loss.4-6`. Nothing else goes wrong then.
public struct Selection: Hashable, Sendable, CustomStringConvertible {
    /// By the fault's number: which of them.
    private var chosen: [Set<Int>]

    /// These and no others.
    public init(_ misfortunes: some Sequence<Misfortune>) {
        chosen = Array(repeating: [], count: Fault.allCases.count)
        for one in misfortunes { chosen[one.fault.rawValue].insert(one.number) }
    }

    /// Reads what `description` writes; the empty text and `none` are no misfortune at all.
    public init?(_ text: String) {
        self.init([])
        guard text != "none" else { return }
        for word in text.split(separator: ",") {
            let parts = word.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2,
                let fault = Fault.allCases.first(where: { "\($0)" == parts[0] })
            else { return nil }
            let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count <= 2, let first = ends.first.flatMap({ Int($0) }),
                let last = ends.last.flatMap({ Int($0) }), 1 <= first, first <= last,
                last - first < 1_000_000
            else { return nil }
            chosen[fault.rawValue].formUnion(first...last)
        }
    }

    /// Whether any of this kind is let happen.
    func has(_ fault: Fault) -> Bool { !chosen[fault.rawValue].isEmpty }

    /// Whether this one is let happen.
    public func contains(_ one: Misfortune) -> Bool {
        chosen[one.fault.rawValue].contains(one.number)
    }

    /// The names, kind by kind, neighbours drawn together.
    public var description: String {
        var words: [String] = []
        for fault in Fault.allCases {
            var numbers = chosen[fault.rawValue].sorted()[...]
            while let first = numbers.popFirst() {
                var last = first
                while numbers.first == last + 1 { last = numbers.removeFirst() }
                words.append(first == last ? "\(fault).\(first)" : "\(fault).\(first)-\(last)")
            }
        }
        return words.isEmpty ? "none" : words.joined(separator: ",")
    }
}
