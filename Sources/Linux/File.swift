// SPDX-License-Identifier: Apache-2.0

// A file whose every byte is written where the caller says, all of it or an error.
//
// write(2) may take a part and report the reason for the rest only at the next call; here that is
// one call. A failed sync is not tried again by anybody: the kernel has then dropped the page and
// would call the next one a success.

internal import CLinux
public import SystemPackage

/// An open regular file, closed when its owner ends.
///
/// Two threads may use it at once; where they write is theirs to agree on.
public struct File: ~Copyable, Sendable {
    /// What may be done with it.
    public enum Access: Sendable {
        /// Reading alone.
        case read

        /// Reading and writing.
        case readWrite
    }

    private let owned: OwnedDescriptor

    /// The name in its errors.
    public let path: String

    init(_ owned: consuming OwnedDescriptor, path: String) {
        self.owned = owned
        self.path = path
    }

    /// Opens a file that exists.
    public static func open(
        _ path: String,
        _ access: Access = .read
    ) throws(SystemError) -> File {
        try open(in: Int32(CLINUX_CWD), path, access, path: path)
    }

    static func open(
        in directory: Int32,
        _ name: String,
        _ access: Access,
        path: String
    ) throws(SystemError) -> File {
        let flags = access == .read ? CLINUX_READ_ONLY : CLINUX_READ_WRITE
        let opened = unsafe clinux_open(directory, name, Int32(flags), 0)
        return File(OwnedDescriptor(try checked(opened, "open", path)), path: path)
    }

    /// The whole of a small file, /proc included.
    ///
    /// One that is longer than `limit` is an error (`EFBIG`), so that a mistaken path costs nothing.
    public static func contents(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = try open(path)
        return try file.contents(limit: limit)
    }

    func contents(limit: Int) throws(SystemError) -> [UInt8] {
        let bytes = try read(at: 0, count: limit + 1)
        guard bytes.count <= limit else { throw SystemError("read", path, .fileTooLarge) }
        return bytes
    }

    /// For what this type does not offer.
    public var descriptor: FileDescriptor { owned.descriptor }

    /// How many bytes it has.
    public func size() throws(SystemError) -> Int {
        Int(try status().size)
    }

    func status() throws(SystemError) -> clinux_status {
        var status = clinux_status()
        try checked(unsafe clinux_status_of(owned.number, &status), "stat", path)
        return status
    }

    /// Up to `count` bytes from `offset` on; fewer only where the file ends.
    public func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
                return unsafe clinux_pread(
                    owned.number,
                    rest.baseAddress,
                    rest.count,
                    Int64(offset + done)
                )
            }
            try checked(got, "read", path)
            if got == 0 { break }
            done += Int(got)
        }
        bytes.removeSubrange(done...)
        return bytes
    }

    /// Writes all of the bytes at `offset`.
    public func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let put = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
                return unsafe clinux_pwrite(
                    owned.number,
                    rest.baseAddress,
                    rest.count,
                    Int64(offset + done)
                )
            }
            try checked(put, "write", path)
            // No error and no progress: there is no room that the kernel would own up to.
            guard put > 0 else { throw SystemError("write", path, .noSpace) }
            done += Int(put)
        }
    }

    /// Waits until everything written is on the disk, and what is needed to read it (fdatasync).
    public func sync() throws(SystemError) {
        try checked(clinux_sync_data(owned.number), "sync", path)
    }
}

/// stat(2) by path, without following a last symbolic link.
enum Status {
    static func of(
        _ path: String,
        in directory: Int32 = Int32(CLINUX_CWD)
    ) throws(SystemError) -> clinux_status {
        var status = clinux_status()
        try checked(unsafe clinux_status_at(directory, path, 0, &status), "stat", path)
        return status
    }
}
