// SPDX-License-Identifier: Apache-2.0

// A file is its device and its inode; a name only leads to it, and may lead to another one tomorrow.

internal import CLinux
internal import SystemPackage

/// Which file a path leads to.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// The file that has this name now; a last symbolic link is not followed. Nil if there is none.
    ///
    /// - Throws: why it cannot be said, such as a directory above that may not be searched.
    public init?(_ path: String) throws(SystemError) {
        let status: clinux_status
        do throws(SystemError) {
            status = try Status.of(path)
        } catch {
            if error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory { return nil }
            throw error
        }
        (device, inode) = (status.device, status.inode)
    }
}
