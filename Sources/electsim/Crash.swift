// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The seed that is running, for the handler of a trap: a broken promise of the replica's own ends
/// the process, and whoever reads that must know how to see it again.
nonisolated(unsafe) private var line: [CChar] = []

/// Says which command repeats a run that trapped.
enum Crash {
    static func arm() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGFPE] {
            signal(number) { _ in
                unsafe line.withUnsafeBufferPointer { buffer in
                    _ = unsafe write(2, buffer.baseAddress, buffer.count)
                }
                _exit(1)
            }
        }
    }

    static func name(_ command: String) {
        unsafe line = "TRAPPED; repeat with: \(command)\n".utf8.map { CChar(bitPattern: $0) }
    }
}
