// SPDX-License-Identifier: Apache-2.0

// A descriptor with exactly one owner, closed when the owner ends.
//
// Closing twice is how a process comes to close a stranger's file; a type that cannot be copied
// makes that mistake impossible to write.

internal import CLinux
internal import SystemPackage

struct OwnedDescriptor: ~Copyable, Sendable {
    let number: Int32

    init(_ number: Int32) {
        precondition(number >= 0, "no descriptor: \(number)")
        self.number = number
    }

    var descriptor: FileDescriptor { FileDescriptor(rawValue: number) }

    deinit { clinux_close(number) }
}
