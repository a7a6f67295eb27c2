// SPDX-License-Identifier: Apache-2.0

/// Lengths of time as people write them to systemd: `500ms`, `2s`, `1min 30s`, `5min`.
///
/// The spelling is that of systemd.time(7): numbers with units, added up, and a number without a
/// unit counts seconds. The configuration and the options of `electctl` use it, and what we print we
/// can read back.

/// Why a text is no length of time. It prints as half a sentence that says what would be one.
public enum TimeSpanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no number where one must stand.
    case notANumber(String)
    /// A number is followed by something that is no unit.
    case unknownUnit(String)
    /// More than about 292 years.
    case tooLong(String)

    /// For example `'5 parsecs' has no known unit: …`.
    public var description: String {
        switch self {
        case .notANumber(let text):
            "'\(text)' is no length of time: write a number and a unit, as in 500ms, 2s or 1min 30s"
        case .unknownUnit(let text):
            "'\(text)' has no known unit: the units are us, ms, s, min, h and d, as in 1min 30s"
        case .tooLong(let text):
            "'\(text)' is longer than this program can count"
        }
    }
}

private let second: Int64 = 1_000_000_000

private let units: [(names: [String], nanoseconds: Int64)] = [
    (["d", "day", "days"], 86_400 * second),
    (["h", "hr", "hour", "hours"], 3_600 * second),
    (["min", "m", "minute", "minutes"], 60 * second),
    (["s", "", "sec", "second", "seconds"], second),
    (["ms", "msec"], second / 1_000),
    (["us", "usec", "µs", "μs"], second / 1_000_000),
    (["ns", "nsec"], 1),
]

extension Duration {
    /// Reads a length of time such as `1min 30s` or `1.5s`.
    public init(timeSpan text: String) throws(TimeSpanError) {
        var rest = trimmed(text[...])
        if rest.isEmpty { throw .notANumber(text) }
        var total: Int64 = 0
        while !rest.isEmpty {
            let whole = take(&rest) { $0.isASCII && $0.isWholeNumber }
            var fraction = ""
            if rest.first == "." {
                rest.removeFirst()
                fraction = take(&rest) { $0.isASCII && $0.isWholeNumber }
                if fraction.isEmpty { throw .notANumber(text) }
            }
            if whole.isEmpty { throw .notANumber(text) }
            rest = trimmed(rest)
            let name = take(&rest) { $0.isLetter }
            guard let unit = units.first(where: { $0.names.contains(name) }) else {
                throw .unknownUnit(text)
            }
            guard let count = Int64(whole) else { throw .tooLong(text) }
            let (product, productOverflowed) = count.multipliedReportingOverflow(
                by: unit.nanoseconds
            )
            let (sum, sumOverflowed) = total.addingReportingOverflow(product)
            let (all, allOverflowed) = sum.addingReportingOverflow(
                part(fraction, of: unit.nanoseconds)
            )
            if productOverflowed || sumOverflowed || allOverflowed { throw .tooLong(text) }
            total = all
            rest = trimmed(rest)
        }
        self = .nanoseconds(total)
    }

    /// The length of time as `init(timeSpan:)` reads it, the largest unit first: `1min 30s`.
    public var timeSpan: String {
        var rest = nanosecondsClamped
        if rest == 0 { return "0" }
        if rest < 0 { return "-" + Duration.nanoseconds(rest == .min ? .max : -rest).timeSpan }
        var parts: [String] = []
        for unit in units where rest >= unit.nanoseconds {
            parts.append("\(rest / unit.nanoseconds)\(unit.names[0])")
            rest %= unit.nanoseconds
        }
        return parts.joined(separator: " ")
    }

    /// Whole nanoseconds; what is beyond 292 years stays at 292 years.
    public var nanosecondsClamped: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflowed) = seconds.multipliedReportingOverflow(by: second)
        let (sum, overflowedAgain) = product.addingReportingOverflow(attoseconds / second)
        return overflowed || overflowedAgain ? (seconds < 0 ? .min : .max) : sum
    }
}

private func take(_ text: inout Substring, while isWanted: (Character) -> Bool) -> String {
    let taken = text.prefix(while: isWanted)
    text.removeFirst(taken.count)
    return String(taken)
}

/// `0.fraction` of a unit, in nanoseconds; digits below a nanosecond are dropped.
private func part(_ fraction: String, of nanoseconds: Int64) -> Int64 {
    var total: Int64 = 0
    var place = nanoseconds
    for digit in fraction {
        // The remainder of each division is carried down, so that 1.5 of anything is exact.
        let value = Int64(digit.wholeNumberValue ?? 0)
        total += value * (place / 10) + value * (place % 10) / 10
        place /= 10
    }
    return total
}
