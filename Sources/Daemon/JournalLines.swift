// SPDX-License-Identifier: Apache-2.0

// What the daemon says to the operator: one line an event, on standard error.
//
// Under systemd the journal reads that stream, and a line may begin with its priority (sd-daemon(3)).
// A journal that hangs must not hang the daemon, so a line for which there is no room is lost, and
// counted, and the next line that gets through says how many were.

internal import Glibc

/// How much a line matters: syslog(3)'s numbers.
enum Priority: Int {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
}

/// A stream of lines that never makes its writer wait.
struct JournalLines: ~Copyable {
    private let descriptor: Int32
    private let hasPriorities: Bool
    private var lost = 0

    /// Lines to standard error; with priorities if the journal reads it.
    init(_ surroundings: Surroundings) {
        self.init(descriptor: 2, hasPriorities: surroundings.hasJournal)
    }

    /// Lines to a descriptor.
    init(descriptor: Int32, hasPriorities: Bool) {
        self.descriptor = descriptor
        self.hasPriorities = hasPriorities
    }

    /// Says a line. Several lines in `text` are said as several.
    mutating func say(_ priority: Priority, _ text: String) {
        for line in text.split(separator: "\n") { sayOne(priority, line) }
    }

    private mutating func sayOne(_ priority: Priority, _ line: Substring) {
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&watched, 1, 0) == 1, watched.revents & Int16(POLLOUT) != 0 else {
            lost += 1
            return
        }
        var text = ""
        if lost > 0 { text += prefix(.warning) + "\(lost) lines were lost before this one\n" }
        text += prefix(priority) + line + "\n"
        // What poll(2) calls writable takes this much at once.
        let bytes = Array(text.utf8.prefix(4096))
        let written = unsafe bytes.withUnsafeBytes { buffer in
            unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        }
        lost = written == bytes.count ? 0 : lost + 1
    }

    private func prefix(_ priority: Priority) -> String {
        hasPriorities ? "<\(priority.rawValue)>" : "electd: "
    }
}
