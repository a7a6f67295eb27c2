// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A program of ours as a process: started, listened to, killed at the end whatever happens.
///
/// What it says on standard error is read as it comes, so a test waits for a sentence and never for
/// a while. That it has ended shows at its standard input, which nobody else holds.
final class Program {
    let pid: pid_t
    private let input: Pipe
    private let output: Pipe
    private let errors: Pipe
    private var heard: [UInt8] = []
    private var status: Int32?

    /// How many milliseconds anything may take on a machine that is busy with other things.
    static let patience: Int32 = 20_000

    /// The directory of the programs that were built with these tests.
    static let directory: String = {
        var path = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &path, path.count)
        let bytes = path.prefix(max(0, count)).map(UInt8.init(bitPattern:))
        let here = parent(String(decoding: bytes, as: UTF8.self))
        if unsafe access("\(here)/electd", X_OK) == 0 { return here }
        // Where the tests run inside of a helper of the package manager.
        return parent(CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? "")
    }()

    private static func parent(_ path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    }

    /// Starts a program by its path or, without a slash, one of those that were built.
    ///
    /// With `hasJournal` its standard error is what $JOURNAL_STREAM names.
    init(
        _ name: String,
        _ arguments: [String],
        environment: [String] = [],
        hasJournal: Bool = false
    ) throws {
        let path = name.contains("/") ? name : "\(Self.directory)/\(name)"
        (input, output, errors) = (try Pipe(), try Pipe(), try Pipe())
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, pipe) in [input, output, errors].enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, pipe.theirs, Int32(number))
        }
        let journal = hasJournal ? ["JOURNAL_STREAM=\(errors.identity)"] : []
        let variables =
            environment + journal + ["SWIFT_BACKTRACE=enable=no", "PATH=/usr/bin:/bin:/usr/sbin"]
        var texts = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        var settings = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe texts.indices { unsafe free(texts[index]) }
            for index in unsafe settings.indices { unsafe free(settings[index]) }
        }
        var pid: pid_t = 0
        let error = unsafe posix_spawn(&pid, path, &actions, nil, &texts, &settings)
        self.pid = pid
        for pipe in [input, output, errors] { pipe.giveAway() }
        if error != 0 {
            status = 127
            throw Failure("\(path) cannot be started: error \(error)")
        }
    }

    deinit {
        guard status == nil else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    func send(_ signal: Int32) { kill(pid, signal) }

    /// Reads what it says until there is a line with this text; false if it ends without.
    func says(_ text: String) throws -> Bool {
        while !String(decoding: heard, as: UTF8.self).contains(text) {
            guard try more(from: errors, into: &heard) else { return false }
        }
        return true
    }

    /// All that it said on standard error, once it has ended.
    func everything() throws -> String {
        while try more(from: errors, into: &heard) {}
        return String(decoding: heard, as: UTF8.self)
    }

    /// All that it wrote to standard output, once it has ended.
    func everythingWritten() throws -> String {
        var written: [UInt8] = []
        while try more(from: output, into: &written) {}
        return String(decoding: written, as: UTF8.self)
    }

    private func more(from pipe: Pipe, into bytes: inout [UInt8]) throws -> Bool {
        guard let more = pipe.read(within: Self.patience) else {
            throw Failure(
                "\(pid) is silent for too long, after:\n\(String(decoding: bytes, as: UTF8.self))"
            )
        }
        bytes += more
        return !more.isEmpty
    }

    /// Waits for its end: the exit status, or 128 and the signal.
    func waitForEnd() throws -> Int32 {
        if let status { return status }
        guard input.read(within: Self.patience) == [] else {
            throw Failure("\(pid) does not end, after: \(String(decoding: heard, as: UTF8.self))")
        }
        var word: Int32 = 0
        unsafe waitpid(pid, &word, 0)
        let ended = word & 0x7F == 0 ? (word >> 8) & 0xFF : 128 + (word & 0x7F)
        status = ended
        return ended
    }

    /// Whether it still runs.
    var isRunning: Bool { status == nil && input.read(within: 0) == nil }
}

/// A test that cannot go on.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
