// SPDX-License-Identifier: Apache-2.0

// The core is given the time; here is where it comes from.

internal import Election
internal import Linux

extension Instant {
    /// The clock, read at this very moment: an instant that is kept is no answer to "is it over?"
    /// (R16).
    static func now() -> Instant { Instant(nanoseconds: BootClock.now()) }
}

/// The earlier of two instants, of which nil is never.
func earlier(_ a: Instant?, _ b: Instant?) -> Instant? {
    guard let a, let b else { return a ?? b }
    return min(a, b)
}
