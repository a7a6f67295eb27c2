// SPDX-License-Identifier: Apache-2.0

// Where a run takes place. The state of the daemons is on the disk whose cost is to be known; page,
// status files and socket are in memory, as /run is. Both are part of what is measured.

import Glibc

/// Programs and directories of one run.
struct Site {
    /// Where electd and electctl are.
    var programs = ".build/release"
    /// A directory on the disk.
    var disk = ""
    /// A directory in memory.
    var memory = ""

    /// The same with a new directory in each of the two: a run finds nothing of those before it.
    func ofOneRun() throws(BenchFailure) -> Site {
        var site = self
        site.disk = try newDirectory(in: disk)
        site.memory = try newDirectory(in: memory)
        return site
    }

    /// Removes both with all that is in them.
    func remove() {
        _ = try? Child("/bin/rm", ["-rf", "--", disk, memory]).end()
    }
}

private func newDirectory(in directory: String) throws(BenchFailure) -> String {
    guard let path = unsafe strdup("\(directory)/run-XXXXXX") else {
        throw BenchFailure("there is no memory for a path in \(directory)")
    }
    defer { unsafe free(path) }
    guard unsafe mkdtemp(path) != nil else {
        let reason = unsafe String(cString: strerror(errno))
        throw BenchFailure("no directory can be made in \(directory): \(reason)")
    }
    return unsafe String(cString: path)
}
