// SPDX-License-Identifier: Apache-2.0

// One process at a time in a directory: for a state directory that is R1, for two processes with one
// memory would be two voters with one name.
//
// The lock is on the open directory (flock), so it needs no file, ends with the process however that
// ends, and cannot be left behind. The kernel lists the holders in /proc/locks, which lets the one
// who comes second say who was first.

internal import CLinux
internal import SystemPackage

/// Why a directory is not ours.
public enum LockError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process has it; which one, if the kernel tells.
    case locked(path: String, holder: Int32?)

    /// A call failed.
    case system(SystemError)

    /// Whose the directory is, and what to do.
    public var description: String {
        switch self {
        case .locked(let path, let holder?):
            "\(path): process \(holder) uses this directory; stop it or choose another one"
        case .locked(let path, nil):
            "\(path): another process uses this directory; stop it or choose another one"
        case .system(let error): "\(error)"
        }
    }
}

extension Directory {
    /// Makes it ours until this value ends, or says whose it is.
    public func lock() throws(LockError) {
        let locked = clinux_lock(descriptor.rawValue)
        if locked == 0 { return }
        let errno = Errno(rawValue: -locked)
        guard errno == .wouldBlock else { throw .system(SystemError("lock", path, errno)) }
        throw .locked(path: path, holder: lockHolder())
    }

    /// Who has the lock, as far as the kernel tells.
    ///
    /// From lines such as `3: FLOCK  ADVISORY  WRITE 712 fe:00:131073 0 EOF`.
    ///
    /// Only the inode is compared: some file systems give stat(2) another device number than locks.
    /// So the answer is a hint, and nil if there are two.
    public func lockHolder() -> Int32? {
        var status = clinux_status()
        guard unsafe clinux_status_of(descriptor.rawValue, &status) == 0,
            let list = try? File.contents("/proc/locks", limit: 1 << 20)
        else { return nil }
        var holder: Int32?
        for line in list.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " ")).map { word in
                String(decoding: word, as: UTF8.self)
            }
            // A waiter's line has an arrow for its second word.
            guard words.count >= 6, words[1] == "FLOCK",
                words[5].hasSuffix(":\(status.inode)"), let process = Int32(words[4]), process > 0
            else { continue }
            guard holder == nil else { return nil }
            holder = process
        }
        return holder
    }
}
