// SPDX-License-Identifier: Apache-2.0

// Where a run takes place. The state of the daemons is on the disk whose cost is to be known; page,
// status files and socket are in memory, as /run is. Both are part of what is measured.

/// Programs and directories of one run.
struct Site {
    /// Where electd and electctl are.
    var programs = ".build/release"
    /// An empty directory on the disk.
    var disk = ""
    /// An empty directory in memory.
    var memory = ""
}
