// SPDX-License-Identifier: Apache-2.0

// How another thread gets the loop's attention: it rings, the poller hears it.
//
// Many rings before the door is answered are one: a bell says that there is something, and what it
// is stands elsewhere.

internal import CLinux
public import SystemPackage

/// eventfd(2).
public struct Doorbell: ~Copyable, Sendable {
    private let owned: OwnedDescriptor

    /// A bell that is silent. With `blocking`, `answer()` waits for a ring.
    public init(blocking: Bool = false) throws(SystemError) {
        owned = OwnedDescriptor(try checked(clinux_event_open(blocking ? 1 : 0), "eventfd"))
    }

    /// Watch this for `.readable`.
    public var descriptor: FileDescriptor { owned.descriptor }

    /// Rings, from any thread.
    public func ring() {
        // Refused only when 2^64 - 1 rings wait, which are heard as well as one more.
        _ = clinux_event_add(owned.number)
    }

    /// Silences the bell; look at what waits only afterwards, so that no ring is lost.
    public func answer() {
        _ = clinux_event_take(owned.number)
    }
}
