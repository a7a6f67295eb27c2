// SPDX-License-Identifier: Apache-2.0

// A program of ours as a process: started, sent signals, waited for, and never left behind.

import Glibc

/// A process that ends with this value, if not before.
final class Child {
    let pid: pid_t
    private var status: Int32?

    /// Starts a program.
    ///
    /// - Parameter output: the file to which both of its outputs are appended.
    init(_ path: String, _ arguments: [String], output: String = "/dev/null") throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_APPEND
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe words.indices { unsafe free(words[index]) } }
        var pid: pid_t = 0
        let error = unsafe posix_spawn(&pid, path, &actions, nil, &words, environ)
        self.pid = pid
        guard error == 0 else {
            status = 127
            throw BenchFailure("\(path) cannot be started: error \(error)")
        }
    }

    deinit {
        guard status == nil else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    func send(_ signal: Int32) {
        if status == nil { kill(pid, signal) }
    }

    /// Waits for its end, however long that takes: the exit status, or 128 and the signal.
    @discardableResult
    func end() -> Int32 {
        if let status { return status }
        var word: Int32 = 0
        while unsafe waitpid(pid, &word, 0) < 0, errno == EINTR {}
        return keep(word)
    }

    /// Waits for its end for so many seconds.
    @discardableResult
    func end(within seconds: Int64) throws -> Int32 {
        try waitFor("the end of process \(pid)", within: seconds) {
            if let status { return status }
            var word: Int32 = 0
            return unsafe waitpid(pid, &word, WNOHANG) == pid ? keep(word) : nil
        }
    }

    private func keep(_ word: Int32) -> Int32 {
        let ended = word & 0x7F == 0 ? (word >> 8) & 0xFF : 128 + (word & 0x7F)
        status = ended
        return ended
    }
}
