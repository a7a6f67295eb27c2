// SPDX-License-Identifier: Apache-2.0

/// How long to wait for an answer before asking again: RFC 6298, with our own bounds.
///
/// Samples come from heartbeats only: they are never re-sent, so an answer belongs to exactly one
/// question (Karn's rule).
package struct RoundTrip: Hashable, Sendable {
    /// The smoothed round trip; nil before the first sample.
    private(set) var smoothed: Span?
    private(set) var variation = Span.zero
    /// How often the wait has been doubled since the peer was last heard.
    private(set) var backoff = 0

    static let shortest = Span.milliseconds(5)
    package static let longest = Span.milliseconds(500)
    package static let beforeAnySample = Span.milliseconds(10)
    /// A longer round trip counts as this one: a peer may say anything of when it was asked, and sums
    /// of what it says must not overflow.
    static let longestSample = Span.milliseconds(60_000)

    /// One round trip was measured (RFC 6298, 2.2 and 2.3).
    mutating func sample(_ measured: Span) {
        guard measured >= .zero else { return }
        let time = min(measured, Self.longestSample)
        guard let smoothed else {
            smoothed = time
            variation = time / 2
            return
        }
        let error = Span(nanoseconds: abs((smoothed - time).nanoseconds))
        variation = (variation * 3 + error) / 4
        self.smoothed = (smoothed * 7 + time) / 8
    }

    /// The time to wait now (RFC 6298, 2.3 and 5.5).
    var timeout: Span {
        let base = smoothed.map { $0 + variation * 4 } ?? Self.beforeAnySample
        let bounded = max(base, Self.shortest)
        return min(bounded * (1 << min(backoff, 10)), Self.longest)
    }

    /// No answer came in time: wait twice as long.
    mutating func doubled() { backoff = min(backoff + 1, 10) }

    /// The peer was heard: it is there after all.
    mutating func heard() { backoff = 0 }
}
