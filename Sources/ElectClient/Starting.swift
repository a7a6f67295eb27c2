// SPDX-License-Identifier: Apache-2.0

// An electd that does not run yet, or restarts. Between its start and its first answer there is nothing
// to be told by, so this looks again and again, ever more seldom:
//
//      ✕  2 ms  ✕  4 ms  ✕    8 ms    ✕  …  ✕        100 ms        ✕        100 ms        ✓

import Glibc
import Linux
import SystemPackage

/// The pauses between one attempt and the next.
struct Pauses {
    /// In nanoseconds; none before the first attempt.
    private var span: Int64 = 0

    private static let shortest: Int64 = 2_000_000
    private static let longest: Int64 = 100_000_000

    /// Sleeps before the next attempt, and not beyond `end`.
    mutating func pause(until end: Int64?) {
        if span > 0 { ElectClient.pause(span, until: end) }
        span = min(max(2 * span, Self.shortest), Self.longest)
    }

    /// An attempt came to something: the next is made at once.
    mutating func end() { span = 0 }
}

extension Connection {
    /// Connects, and waits for electd to start if it does not run.
    ///
    /// - Parameter pauses: those since something was last said: who is hung up on at once, again and
    ///   again, must not keep a processor busy with it.
    /// - Throws: what does not pass by itself, at once; what may (`mayPass`), when the time is over.
    init(
        startingAt socket: String,
        until end: Int64?,
        _ pauses: inout Pauses
    ) throws(ClientError) {
        while true {
            pauses.pause(until: end)
            do {
                try self.init(socket: socket, deadline: end)
                return
            } catch {
                guard error.mayPass else { throw error }
                if let end, BootClock.now() >= end { throw error }
            }
        }
    }
}

extension ClientError {
    /// Whether it ends by itself when electd starts.
    var mayPass: Bool {
        switch self {
        case .unreachable(_, .noSuchFileOrDirectory), .unreachable(_, .connectionRefused),
            .unreachable(_, .timedOut), .disconnected:
            true
        case .unreachable, .silent, .answered: false
        }
    }
}

/// Sleeps for some nanoseconds, and not beyond `end`.
func pause(_ span: Int64, until end: Int64?) {
    let left = end.map { $0 - BootClock.now() } ?? .max
    usleep(UInt32(max(1, min(span, left) / 1000)))
}
