// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Lines out, each at once: a reader behind a pipe sees an event when it happens.

/// Writes a line to standard output.
func standardOutput(_ line: String) {
    write(line, to: STDOUT_FILENO)
}

/// Writes a line to standard output.
func standardOutput(_ bytes: [UInt8]) {
    write(bytes + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
}

/// Writes lines for a person to standard output, folded to the width of a terminal.
func standardOutput(page lines: [String]) {
    let width = terminalWidth()
    for line in lines {
        for piece in width.map({ folded(line, width: $0) }) ?? [line] { standardOutput(piece) }
    }
}

/// How many columns the terminal at standard output has; nil if there is none, or it does not say.
private func terminalWidth() -> Int? {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
        return nil
    }
    return Int(size.ws_col)
}

/// Writes a line to standard error.
func standardError(_ line: String) {
    write(line, to: STDERR_FILENO)
}

/// Whether to use colour: on a terminal, unless the person said otherwise (no-color.org).
func wantsColour() -> Bool {
    isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR").isEmpty && variable("TERM") != "dumb"
}

/// Whether nobody reads standard output any more, as after `| head -n 1`.
func isOutputClosed() -> Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return unsafe poll(&output, 1, 0) > 0 && output.revents & Int16(POLLERR) != 0
}

private func variable(_ name: String) -> String {
    unsafe getenv(name).map { unsafe String(cString: $0) } ?? ""
}

private func write(_ line: String, to descriptor: Int32) {
    write(Array(line.utf8) + [UInt8(ascii: "\n")], to: descriptor)
}

private func write(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes {
            unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        if count > 0 {
            rest.removeFirst(count)
        } else if errno != EINTR {
            // That nobody reads any more is nothing to talk about; that a disk is full is.
            if descriptor == STDOUT_FILENO, errno != EPIPE {
                let reason = unsafe String(cString: strerror(errno))
                standardError("electctl: standard output: \(reason)")
            }
            exit(1)
        }
    }
}
