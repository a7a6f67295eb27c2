// SPDX-License-Identifier: Apache-2.0

// A process whose memory was swapped out is late when it matters. Who gives it leave to lock all of
// it (LimitMEMLOCK=infinity in a unit) means that it should.

internal import CLinux

/// Keeps all memory of this process in memory, if it may lock without a limit. Returns whether it
/// did.
public func lockMemoryIfUnlimited() throws(SystemError) -> Bool {
    try checked(clinux_lock_memory(), "mlockall") == 1
}
