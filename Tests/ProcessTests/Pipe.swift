// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Two connected ends: ours, and a program's until it has it.
final class Pipe {
    private let ours: Int32
    private(set) var theirs: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        // No other program that is started inherits either end.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw Failure("no pipe: error \(errno)")
        }
        (ours, theirs) = (ends[0], ends[1])
    }

    deinit {
        giveAway()
        close(ours)
    }

    /// The device and inode of the program's end, as $JOURNAL_STREAM has them.
    var identity: String {
        var status = stat()
        unsafe fstat(theirs, &status)
        return "\(status.st_dev):\(status.st_ino)"
    }

    /// The program has its end; ours is told when the program lets go of it.
    func giveAway() {
        if theirs >= 0 { close(theirs) }
        theirs = -1
    }

    /// What has come: nothing at the end, nil if nothing came in time.
    func read(within milliseconds: Int32) -> [UInt8]? {
        var watched = pollfd(fd: ours, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&watched, 1, milliseconds) == 1 else { return nil }
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = unsafe chunk.withUnsafeMutableBytes { buffer in
            unsafe recv(ours, buffer.baseAddress, buffer.count, 0)
        }
        return Array(chunk.prefix(max(0, count)))
    }
}
