// SPDX-License-Identifier: Apache-2.0

// Storage says what stands in the files; Linux can write files. Here the two meet, once for the
// daemon and once for `electctl init`.

public import Linux
public import Storage

extension File: Disk {}

extension Directory: StateDirectory {
    /// Up to `count` bytes of the file from `offset` on.
    public func read(_ name: String, at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        try open(name).read(at: offset, count: count)
    }
}
