// SPDX-License-Identifier: Apache-2.0

import Election

/// One host's CLOCK_BOOTTIME: it starts anywhere and runs a little fast or slow.
///
/// The protocol assumes nothing but the rate, so the world uses all of it: any rate within the
/// bound, changed at any moment (PROTOCOL section 3, item 5).
struct HostClock {
    private var anchor: Moment
    private var reading: Int64
    /// How much faster than true time, in parts per million.
    private(set) var ppm: Int64

    init(at moment: Moment, reading: Int64, ppm: Int64) {
        (anchor, self.reading, self.ppm) = (moment, reading, ppm)
    }

    /// What the clock shows.
    func now(at moment: Moment) -> Instant {
        let gone = moment - anchor
        return Instant(nanoseconds: reading + gone + gone * ppm / 1_000_000)
    }

    /// The first moment at which the clock shows `instant` or later.
    func moment(of instant: Instant) -> Moment {
        guard instant.nanoseconds > reading else { return anchor }
        // Beyond some years nothing is ever planned.
        let ahead = min(instant.nanoseconds - reading, 1 << 42)
        var moment = anchor + ahead * 1_000_000 / (1_000_000 + ppm) - 2
        while now(at: moment) < instant, moment < anchor + (1 << 42) { moment += 1 }
        return max(moment, anchor)
    }

    /// The rate changes; what the clock shows does not jump.
    mutating func run(ppm: Int64, from moment: Moment) {
        reading = now(at: moment).nanoseconds
        anchor = moment
        self.ppm = ppm
    }
}
