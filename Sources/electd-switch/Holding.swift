// SPDX-License-Identifier: Apache-2.0

// Whether the target may be up, and until when that is known.
//
//      written        look again             stop                 end of the lease
//         |───────────────|────────────────────|────── guard ─────────|
//
// The page alone is a promise, and it is enough to stop; to start, the daemon's stream must not
// object. What the page says is looked at again before it runs out, and whoever does not renew it in
// time, daemon dead, stopped or starved, has the target stopped while the lease still lasts: that
// is when what belongs to the leader needs its time to end.

import Control

/// What is known of the lease of this host.
struct Holding: Equatable {
    /// The end of the lease less the guard, on `CLOCK_BOOTTIME` in nanoseconds.
    var stopAt: UInt64
    /// The fencing token.
    var epoch: UInt64

    /// What the page says of this host's lease; nil if it is not the leader, or not for long enough.
    ///
    /// - Parameters:
    ///   - page: of this boot and this clock.
    ///   - guardTime: nanoseconds before the end at which the target is stopped; nil is a third of
    ///     what the lease had left when it was written down.
    init?(_ page: LeaseFields, guardTime: UInt64?, now: UInt64) {
        guard page.answer == .leader, now < page.validUntil else { return nil }
        let third = (page.validUntil - min(page.writtenAt, page.validUntil)) / 3
        let ahead = min(guardTime ?? third, page.validUntil)
        stopAt = page.validUntil - ahead
        epoch = page.epoch
        guard now < stopAt else { return nil }
    }
}
