// SPDX-License-Identifier: Apache-2.0

// An alarm clock in the poller: readable when an instant of `BootClock` has come.

internal import CLinux
public import SystemPackage

/// timerfd_create(2) on CLOCK_BOOTTIME, so that it also fires for time spent in suspend.
public struct BootTimer: ~Copyable {
    private let owned: OwnedDescriptor

    /// What it was last armed for; nil when it is not armed.
    private(set) public var armedFor: Int64?

    /// A timer that is not armed.
    public init() throws(SystemError) {
        owned = OwnedDescriptor(try checked(clinux_timer_open(), "timerfd_create"))
    }

    /// Watch this for `.readable`.
    public var descriptor: FileDescriptor { owned.descriptor }

    /// Becomes readable at `instant`, at once if that is past; never, with nil.
    ///
    /// Arming it for the instant that it is armed for costs nothing.
    public mutating func arm(at instant: Int64?) throws(SystemError) {
        if instant == armedFor { return }
        let at = instant.map { max(0, $0) } ?? -1
        try checked(clinux_timer_arm(owned.number, at), "timerfd_settime")
        armedFor = instant
    }

    /// Takes note that it fired: it is not readable any more, and not armed.
    public mutating func acknowledge() throws(SystemError) {
        let taken = clinux_event_take(owned.number)
        // It was armed anew since the poller spoke.
        if taken == -Errno.wouldBlock.rawValue { return }
        try checked(taken, "read", "timer")
        armedFor = nil
    }
}
