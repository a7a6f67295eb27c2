// SPDX-License-Identifier: Apache-2.0

import Glibc
import Linux

/// What there is to see on this host: small files, and what other programs print.
enum Look {
    /// The text of a small file, without the newline at its end; nil if it cannot be read.
    static func file(_ path: String) -> String? {
        guard let bytes = try? File.contents(path, limit: 1 << 16) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// What a program prints, if it ends well within five seconds; nil if not, or if there is none.
    static func program(_ words: String...) -> String? { program(words) }

    static func program(_ words: [String]) -> String? {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { return nil }
        defer { close(ends[0]) }
        // Else the child would hold them, too, and its output would not end with it.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let call = ["timeout", "5"] + words
        var arguments = unsafe call.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        var child: pid_t = 0
        let spawned = unsafe posix_spawnp(&child, call[0], &actions, nil, &arguments, environ)
        close(ends[1])
        guard spawned == 0 else { return nil }
        let bytes = readAll(ends[0])
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status == 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    /// The number of a user; nil if there is none of that name.
    ///
    /// Through getent(1): this program is static, and the modules of NSS that getpwnam(3) would load
    /// into it crash it.
    static func user(named name: String) -> UInt32? {
        let fields = program("getent", "passwd", name)?.split(
            separator: ":",
            omittingEmptySubsequences: false
        )
        return fields.flatMap { $0.count > 2 ? UInt32($0[2]) : nil }
    }

    /// `Key: value` or `Key=value` in lines, as /proc and systemctl print it.
    static func value(_ key: String, in text: String, _ separator: Character = ":") -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("\(key)\(separator)") {
            let rest = line.dropFirst(key.count + 1)
            return String(rest.drop { $0 == " " || $0 == "\t" })
        }
        return nil
    }
}
