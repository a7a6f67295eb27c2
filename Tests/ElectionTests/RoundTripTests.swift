// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Election

/// RFC 6298 with our bounds.
@Suite struct RoundTripTests {
    @Test("before any sample it is 10 ms; SRTT = R, RTTVAR = R/2 after the first (2.1, 2.2)")
    func first() {
        var trip = RoundTrip()
        #expect(trip.timeout == .milliseconds(10))
        trip.sample(.milliseconds(20))
        #expect(trip.smoothed == .milliseconds(20))
        #expect(trip.timeout == .milliseconds(20 + 4 * 10))
    }

    @Test("then an eighth and a quarter of each sample (2.3)")
    func next() {
        var trip = RoundTrip()
        trip.sample(.milliseconds(20))
        trip.sample(.milliseconds(28))
        // RTTVAR = 3/4 · 10 + 1/4 · |20 - 28| = 9.5; SRTT = 7/8 · 20 + 1/8 · 28 = 21
        #expect(trip.smoothed == .milliseconds(21))
        #expect(trip.timeout == Span.milliseconds(21) + Span.microseconds(4 * 9500))
    }

    @Test("it doubles with every silence up to 500 ms and is reset by a word (5.5)")
    func backoff() {
        var trip = RoundTrip()
        var waits: [Span] = []
        for _ in 0..<8 {
            waits.append(trip.timeout)
            trip.doubled()
        }
        let expected: [Int64] = [10, 20, 40, 80, 160, 320, 500, 500]
        #expect(waits == expected.map { .milliseconds($0) })
        trip.heard()
        #expect(trip.timeout == .milliseconds(10))
    }

    @Test("an answer to what was never asked, months ago, counts as one of a minute")
    func months() {
        var trip = RoundTrip()
        trip.sample(.milliseconds(100 * 86_400_000))
        #expect(trip.smoothed == .milliseconds(60_000))
        for _ in 0..<20 { trip.doubled() }
        #expect(trip.timeout == RoundTrip.longest)
    }

    @Test("it is never shorter than 5 ms")
    func shortest() {
        var trip = RoundTrip()
        for _ in 0..<40 { trip.sample(.microseconds(50)) }
        #expect(trip.timeout == .milliseconds(5))
    }
}
