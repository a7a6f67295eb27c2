// SPDX-License-Identifier: Apache-2.0

import Glibc

/// This program once more, for a part of the seeds: a trap ends one part and not the others.
struct Worker {
    private let process: pid_t
    private let output: Int32

    /// Starts it; nil where the system will not.
    init?(_ arguments: [String]) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        // A later worker must not hold this one's pipe open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { for unsafeword in unsafe words { unsafe free(word) } }
        var process: pid_t = 0
        let failure = unsafe posix_spawn(
            &process,
            "/proc/self/exe",
            &actions,
            nil,
            &words,
            environ
        )
        close(ends[1])
        guard failure == 0 else {
            close(ends[0])
            return nil
        }
        self.process = process
        output = ends[0]
    }

    /// Reads all that it says, and waits for its end.
    func finish() -> [String] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(output, &part, part.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            bytes += part[..<count]
        }
        close(output)
        var status: Int32 = 0
        unsafe waitpid(process, &status, 0)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
