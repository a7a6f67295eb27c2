// SPDX-License-Identifier: Apache-2.0

// Waiting for something to be so, with an end. Between two looks the thread naps for as long as a
// timer can be trusted to, so that watching does not take a processor from what is watched; moments
// that matter are read from the lease page, where the daemon wrote them down itself.

import Glibc
import Linux

/// Looks until there is something, and returns it.
///
/// - Parameter seconds: after so many it is an error, which says what was waited for.
@discardableResult
func waitFor<Seen>(
    _ what: @autoclosure () -> String,
    within seconds: Int64,
    _ look: () throws -> Seen?
) throws -> Seen {
    let end = BootClock.now() + seconds * 1_000_000_000
    while true {
        if let seen = try look() { return seen }
        guard BootClock.now() < end else {
            throw BenchFailure("\(what()) did not come within \(seconds) s")
        }
        usleep(50)
    }
}
