// SPDX-License-Identifier: Apache-2.0

import Glibc

/// One line on a terminal that says how far it is, and is gone when there is something to read. In
/// a pipe or a file there is none.
enum Progress {
    private static let isShown = isatty(STDERR_FILENO) == 1
    /// When it was written last: more often than ten times a second nobody reads.
    nonisolated(unsafe) private static var last: Int64 = 0

    static func show(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        let tenths = Int64(now.tv_sec) * 10 + Int64(now.tv_nsec) / 100_000_000
        guard unsafe tenths != last else { return }
        unsafe last = tenths
        write(text())
    }

    static func clear() { if isShown { write("") } }

    private static func write(_ text: String) {
        let line = Array("\r\u{1B}[K\(text)".utf8)
        _ = unsafe Glibc.write(STDERR_FILENO, line, line.count)
    }
}
