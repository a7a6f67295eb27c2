// SPDX-License-Identifier: Apache-2.0

// An alarm clock in the poller: readable when an instant of `BootClock` has come.

internal import CLinux
public import SystemPackage

/// timerfd_create(2) on CLOCK_BOOTTIME, so that it also fires for time spent in suspend.
public struct BootTimer: ~Copyable {
    private let owned: OwnedDescriptor

    /// What the kernel was told last: an instant, or one of the two below.
    private var told = Self.disarmed
    private static let disarmed: Int64 = -1
    private static let over: Int64 = -2

    /// A timer that is not armed.
    public init() throws(SystemError) {
        owned = OwnedDescriptor(try checked(clinux_timer_open(), "timerfd_create"))
    }

    /// Watch this for `.readable`.
    public var descriptor: FileDescriptor { owned.descriptor }

    /// Becomes readable at `instant`, at once if that is past; never, with nil.
    ///
    /// Arming it for the instant that it is armed for costs nothing. Once it has fired it stays
    /// readable until it is armed for another one.
    public mutating func arm(at instant: Int64?) throws(SystemError) {
        let wanted = instant.map { max(0, $0) } ?? Self.disarmed
        if wanted == told { return }
        try checked(clinux_timer_arm(owned.number, wanted), "timerfd_settime")
        told = wanted
    }

    /// Takes note that it fired. It is not asked how often, which would be one more call at every
    /// alarm: arming it again takes this one back.
    public mutating func acknowledge() { told = Self.over }
}
