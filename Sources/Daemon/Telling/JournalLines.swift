// SPDX-License-Identifier: Apache-2.0

// What the daemon says to the operator: one line an event, on standard error.
//
// Where the journal reads that stream, a line goes to the journal itself instead, as an entry with
// fields; if nobody is there, a line begins with its priority (sd-daemon(3)). A journal that hangs must
// not hang the daemon, so a line for which there is no room is lost, and counted, and the next line
// that gets through says how many were.

internal import Control
internal import Glibc
internal import Linux
internal import Systemd

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
    private let entries: UnixDatagram?
    private var lost = 0

    /// Lines to standard error; entries to the journal if it is the one that reads it.
    init(_ surroundings: Surroundings) {
        descriptor = STDERR_FILENO
        hasPriorities = surroundings.hasJournal
        entries = hasPriorities ? try? UnixDatagram(to: JournalEntry.socketPath) : nil
    }

    /// Lines to a descriptor.
    init(descriptor: Int32, hasPriorities: Bool) {
        self.descriptor = descriptor
        self.hasPriorities = hasPriorities
        entries = nil
    }

    /// Entries to a journal; lines to a descriptor while it is not there.
    init(entries: consuming UnixDatagram, descriptor: Int32) {
        self.descriptor = descriptor
        hasPriorities = true
        self.entries = consume entries
    }

    /// Says a line. Several lines in `text` are said as several.
    ///
    /// - Parameter fields: what an entry of the journal has beside the line.
    mutating func say(_ priority: Priority, _ text: String, _ fields: [JournalField] = []) {
        for line in text.split(separator: "\n") {
            let line = line.printable
            switch enter(priority, line, fields) {
            case .bytes: break
            case .wouldBlock: lost += 1
            case .closed: sayOne(priority, line)
            }
        }
    }

    private mutating func enter(
        _ priority: Priority,
        _ line: String,
        _ fields: [JournalField]
    ) -> Sent {
        if entries == nil { return .closed }
        if lost > 0,
            case .bytes = send(entry(.warning, "\(lost) lines were lost before this one", []))
        {
            lost = 0
        }
        return send(entry(priority, line, fields))
    }

    private func send(_ entry: JournalEntry) -> Sent { entries?.send(entry.bytes) ?? .closed }

    private func entry(
        _ priority: Priority,
        _ line: String,
        _ fields: [JournalField]
    ) -> JournalEntry {
        var entry = JournalEntry()
        entry.add("MESSAGE", line)
        entry.add("PRIORITY", String(priority.rawValue))
        entry.add("SYSLOG_IDENTIFIER", "electd")
        for field in fields { entry.add(field.name, field.value) }
        return entry
    }

    private mutating func sayOne(_ priority: Priority, _ line: String) {
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&watched, 1, 0) == 1, watched.revents & Int16(POLLOUT) != 0 else {
            lost += 1
            return
        }
        var text = ""
        if lost > 0 { text += prefix(.warning) + "\(lost) lines were lost before this one\n" }
        text += prefix(priority) + line
        // What poll(2) calls writable takes this much at once.
        let bytes = text.utf8.prefix(4095) + [UInt8(ascii: "\n")]
        let written = unsafe bytes.withUnsafeBytes { buffer in
            unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        }
        lost = written == bytes.count ? 0 : lost + 1
    }

    private func prefix(_ priority: Priority) -> String {
        hasPriorities ? "<\(priority.rawValue)>" : "electd: "
    }
}
