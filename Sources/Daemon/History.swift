// SPDX-License-Identifier: Apache-2.0

// The file `history`: one line for each decree that this host has learned, for people.
//
//      loop      decree 7 ───── decree 8 ─────            nothing waits for it,
//      worker       └ append       └ append               nothing rests on it
//
// What is to be written is handed out as a job, for the thread that writes the record: behind what it
// is at, and never synced, so that it is in nobody's way. A power cut may take the last lines. A line
// that a crash has torn is dropped at the next start, and the newest decree is then written down if it
// is not there.

internal import Control
internal import Election
internal import Glibc
internal import Linux
internal import Paxos

/// The newest decrees, in memory and in the file.
struct History: ~Copyable {
    /// As they stand in the file and in a reply, without a newline; the oldest first. Who asks for
    /// all of them again and again gets copies of bytes, and the loop is not late by it.
    private(set) var lines: [[UInt8]] = []
    /// What stood in the way of reading the file; nil if nothing did.
    let remark: String?

    private var last: ClusterState?
    private var newest: Slot?
    private var linesInFile = 0
    private var needsRewriting = false
    private let file: HistoryFile

    /// So many decrees are remembered; the file is cut down to them at twice as many.
    static let count = 1024

    /// Reads the file of a state directory.
    init(in path: String) throws(SystemError) {
        let file = HistoryFile(try Directory.open(path))
        let (found, newest, isWhole, remark) = file.read()
        self.file = file
        self.remark = remark
        self.newest = newest
        lines = found.suffix(Self.count)
        linesInFile = lines.count
        needsRewriting = !isWhole || found.count > Self.count
    }

    /// Begins with what the record holds: a crash may have come before its line, and `electctl
    /// recover` writes none. Returns what is to be done about the file; nil for nothing.
    mutating func begin(_ decided: Decree?) -> Worker.Job? {
        guard let decided else { return needsRewriting ? rewrite() : nil }
        defer { last = decided.state }
        guard newest.map({ $0 < decided.slot }) ?? true else {
            return needsRewriting ? rewrite() : nil
        }
        return note(decided, at: time(nil))
    }

    /// Notes a decree that is on disk now. Returns what writes it down.
    mutating func note(_ decree: Decree, at seconds: Int) -> Worker.Job {
        let entry = HistoryEntry(
            time: timestamp(unixSeconds: seconds),
            decree: decree.slot,
            epoch: decree.epoch,
            leader: decree.leader.name,
            change: DecreeChange.text(from: last, to: decree.state),
            cause: decree.state.cause.description,
            askedBy: decree.state.askedBy
        )
        last = decree.state
        newest = decree.slot
        let json = entry.json
        lines.append(json)
        if lines.count > Self.count { lines.removeFirst() }
        if needsRewriting || linesInFile >= Self.count * 2 { return rewrite() }
        linesInFile += 1
        let file = file
        let line = json + [UInt8(ascii: "\n")]
        return { () throws(SystemError) in try file.append(line) }
    }

    /// A line could not be written, or not all of it: the next one brings the whole file.
    mutating func lose() { needsRewriting = true }

    private mutating func rewrite() -> Worker.Job {
        linesInFile = lines.count
        needsRewriting = false
        let file = file
        let bytes = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
        return { () throws(SystemError) in try file.replace(bytes) }
    }
}

/// The file, as the thread writes it.
private final class HistoryFile: Sendable {
    private let directory: Directory

    private static let name = "history"
    private static let mode: UInt32 = 0o600
    /// Several times what it ever has.
    private static let limit = 8 << 20

    init(_ directory: consuming Directory) { self.directory = directory }

    /// What can be read, up to which slot, whether that is all, and what an operator should hear.
    func read() -> (lines: [[UInt8]], newest: Slot?, isWhole: Bool, remark: String?) {
        let bytes: [UInt8]
        do throws(SystemError) {
            guard try directory.contains(Self.name) else { return ([], nil, true, nil) }
            bytes = try directory.contents(Self.name, limit: Self.limit)
        } catch {
            return ([], nil, true, "\(error): the history cannot be read; nothing depends on it")
        }
        var (isWhole, newest) = (true, Slot?.none)
        var found: [[UInt8]] = []
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Behind the last newline there is nothing, or a torn line.
        if let rest = lines.popLast(), !rest.isEmpty { isWhole = false }
        for line in lines {
            guard let entry = HistoryEntry(line: line) else {
                isWhole = false
                continue
            }
            // As it is written here, whatever stood there besides.
            found.append(entry.json)
            newest = entry.decree
        }
        return (found, newest, isWhole, nil)
    }

    func append(_ line: [UInt8]) throws(SystemError) {
        guard try directory.contains(Self.name) else { return try replace(line) }
        let file = try directory.open(Self.name, .readWrite)
        try file.write(line, at: try file.size())
    }

    func replace(_ lines: [UInt8]) throws(SystemError) {
        try directory.replace(Self.name, with: lines, mode: Self.mode, durable: false)
    }
}
