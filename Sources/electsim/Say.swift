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

/// Writes a file, or says why it cannot be.
func write(_ text: String, to path: String) throws {
    guard let file = unsafe fopen(path, "w") else { throw Failure("\(path): \(reason(errno))") }
    let written = unsafe fputs(text, file)
    let closed = unsafe fclose(file)
    if written < 0 || closed != 0 { throw Failure("\(path): \(reason(errno))") }
}

private func reason(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}
