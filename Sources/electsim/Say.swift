// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Prints a line at once: a trap may come next, and whoever reads along waits for it.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

/// Says on standard error what is wrong.
func complain(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
}
