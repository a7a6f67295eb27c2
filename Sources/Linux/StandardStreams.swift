// SPDX-License-Identifier: Apache-2.0

// A program may be started with a standard stream closed (`2>&-`). The next file that it opens then gets
// that number, and what it says on standard error is written into that file: its record, its key.

internal import CLinux
internal import SystemPackage

/// Sees to it that no file of ours gets the number of a standard stream; to be called before any is
/// opened. What is said on a stream that was closed is refused as before (`EBADF`).
public func holdStandardStreams() {
    let held = clinux_hold_standard_streams()
    precondition(held == 0, "/dev/null cannot be opened: \(Errno(rawValue: -held))")
}
