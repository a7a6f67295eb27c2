// SPDX-License-Identifier: Apache-2.0

/// A point on this host's own clock, CLOCK_BOOTTIME: it counts suspend and nobody sets it.
///
/// Two hosts' instants are never compared. Only durations travel, and only rates are assumed
/// (PROTOCOL section 3, item 5).
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since this host's boot.
    public var nanoseconds: Int64

    /// The boot.
    public static let zero = Instant(nanoseconds: 0)

    /// Later than any instant that is ever reached.
    public static let never = Instant(nanoseconds: .max)

    /// An instant by its nanoseconds since boot.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The earlier one is less.
    public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    /// That much later; `never` stays `never`.
    public static func + (a: Instant, b: Span) -> Instant {
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.nanoseconds)
        return overflow ? .never : Instant(nanoseconds: sum)
    }

    /// The time from `b` to `a`, negative if `a` is earlier.
    public static func - (a: Instant, b: Instant) -> Span {
        let (gap, overflow) = a.nanoseconds.subtractingReportingOverflow(b.nanoseconds)
        return Span(nanoseconds: overflow ? .max : gap)
    }
}

/// A length of time in whole nanoseconds.
///
/// `Swift.Duration` counts attoseconds in 128 bits; leases need no such thing, and this one costs
/// an addition.
public struct Span: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The length in nanoseconds.
    public var nanoseconds: Int64

    /// No time at all.
    public static let zero = Span(nanoseconds: 0)

    /// A length by its nanoseconds.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// A length in microseconds.
    public static func microseconds(_ count: Int64) -> Span {
        Span(nanoseconds: count * 1000)
    }

    /// A length in milliseconds, as settings and messages carry it.
    public static func milliseconds(_ count: some BinaryInteger) -> Span {
        Span(nanoseconds: Int64(count) * 1_000_000)
    }

    /// Whole milliseconds, rounded up: a wait that is said is never shorter than the wait that is.
    public var millisecondsUp: Int64 { (nanoseconds + 999_999) / 1_000_000 }

    /// The shorter one is less.
    public static func < (a: Span, b: Span) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The sum.
    public static func + (a: Span, b: Span) -> Span {
        Span(nanoseconds: a.nanoseconds + b.nanoseconds)
    }

    /// The difference.
    public static func - (a: Span, b: Span) -> Span {
        Span(nanoseconds: a.nanoseconds - b.nanoseconds)
    }

    /// A multiple.
    public static func * (a: Span, factor: some BinaryInteger) -> Span {
        Span(nanoseconds: a.nanoseconds * Int64(factor))
    }

    /// A fraction, rounded down.
    public static func / (a: Span, divisor: some BinaryInteger) -> Span {
        Span(nanoseconds: a.nanoseconds / Int64(divisor))
    }

    /// Milliseconds with as many of three decimals as are needed: `12.5 ms`.
    public var description: String {
        let micro = nanoseconds / 1000
        let whole = micro / 1000
        var fraction = String((micro % 1000).magnitude)
        guard fraction != "0" else { return "\(whole) ms" }
        fraction = String(repeating: "0", count: 3 - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(whole).\(fraction) ms"
    }
}
