// SPDX-License-Identifier: Apache-2.0

// What a service says to the manager that started it: a datagram of assignments, sd_notify(3).
//
// A program that was started by hand has nobody to talk to; then nothing is said, and nothing is
// any different.

internal import CSystemd
internal import Glibc

/// The way to the service manager.
public struct Notifier: Sendable {
    /// Whether there is a manager that listens.
    public let isSupervised: Bool

    /// How often the manager wants to hear `WATCHDOG=1` from this process; nil if it does not.
    public let watchdogInterval: Duration?

    /// The manager that the environment names.
    public init() {
        isSupervised = unsafe getenv("NOTIFY_SOCKET") != nil
        var microseconds: UInt64 = 0
        // It reads WATCHDOG_USEC and WATCHDOG_PID: what is meant for another process is not for us.
        let wanted = unsafe sd_watchdog_enabled(0, &microseconds)
        watchdogInterval =
            isSupervised && wanted > 0 && microseconds > 0
            ? .microseconds(Int64(clamping: microseconds)) : nil
    }

    /// Says one or more assignments, all at once.
    ///
    /// - Returns: whether they were handed over. A manager that does not take them is busy or gone;
    ///   there is nobody to tell that to.
    @discardableResult
    public func say(_ assignments: String...) -> Bool {
        guard isSupervised else { return false }
        return unsafe sd_notify(0, assignments.joined(separator: "\n")) > 0
    }

    /// Says that the configuration is read again; the next `READY=1` ends it.
    public func sayReloading() {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
        say("RELOADING=1", "MONOTONIC_USEC=\(microseconds)")
    }
}
