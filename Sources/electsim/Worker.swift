// SPDX-License-Identifier: Apache-2.0

import Glibc

/// This program once more, for a part of the work: a trap ends one part and not the others.
struct Worker {
    private let process: pid_t
    private let output: Int32

    /// Starts it; nil where the system will not.
    ///
    /// - Parameter isQuiet: whether what it says on standard error is for nobody.
    init?(_ arguments: [String], isQuiet: Bool = false) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        // A later worker must not hold this one's pipe open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        if isQuiet {
            unsafe posix_spawn_file_actions_addopen(
                &actions,
                STDERR_FILENO,
                "/dev/null",
                O_WRONLY,
                0
            )
        }
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
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
        var lines: [String] = []
        Worker.follow([self]) { lines.append($1) }
        return lines
    }

    /// Hands over each line that one of them says, with the worker's place, until all have ended.
    static func follow(_ workers: [Worker?], take: (Int, String) -> Void) {
        var rest = Array(repeating: [UInt8](), count: workers.count)
        var part = [UInt8](repeating: 0, count: 65_536)
        // A descriptor below zero is passed over.
        var places = workers.map { pollfd(fd: $0?.output ?? -1, events: Int16(POLLIN), revents: 0) }
        while places.contains(where: { $0.fd >= 0 }) {
            guard unsafe poll(&places, nfds_t(places.count), -1) >= 0 || errno == EINTR else {
                break
            }
            for at in places.indices where places[at].fd >= 0 && places[at].revents != 0 {
                let count = unsafe read(places[at].fd, &part, part.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { places[at].fd = -1 }
                rest[at] += part[..<max(count, 0)]
                var lines = rest[at].split(
                    separator: UInt8(ascii: "\n"),
                    omittingEmptySubsequences: false
                )
                rest[at] = Array(lines.removeLast())
                for line in lines { take(at, String(decoding: line, as: UTF8.self)) }
            }
        }
        for worker in workers.compactMap({ $0 }) {
            close(worker.output)
            var status: Int32 = 0
            while unsafe waitpid(worker.process, &status, 0) < 0, errno == EINTR {}
        }
    }
}
