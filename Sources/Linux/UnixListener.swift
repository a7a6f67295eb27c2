// SPDX-License-Identifier: Apache-2.0

// The door: a Unix socket under a path, at which local programs knock.
//
// A process that was killed leaves its socket file behind, and binding over it fails. So an existing
// file is knocked at first: if nobody answers, it is a leftover and goes; if somebody does, it is
// theirs. Whoever starts two daemons at once is stopped by the lock on their directory, not here.

internal import CLinux
public import SystemPackage

/// Why there is no listener at a path.
public enum ListenError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Somebody answers there.
    case inUse(String)

    /// A socket is there that we may not knock at.
    case notOurs(String)

    /// Something else than a socket has the name.
    case notASocket(String)

    /// The path is longer than the 107 bytes that a socket's name may have.
    case pathTooLong(String)

    /// What was inherited is no listening Unix stream socket.
    case notAListener(Int32)

    /// A call failed.
    case system(SystemError)

    /// What is wrong with which path, and what to do.
    public var description: String {
        switch self {
        case .inUse(let path):
            "\(path): another process answers on this socket; stop it or choose another path"
        case .notOurs(let path):
            "\(path): another user's socket is in the way; stop who listens there, and remove it"
        case .notASocket(let path):
            "\(path): exists and is not a socket; remove it or choose another path"
        case .pathTooLong(let path):
            "\(path): a socket's path may have 107 bytes, this has \(path.utf8.count)"
        case .notAListener(let number):
            "descriptor \(number) is no listening Unix stream socket; check the socket unit"
        case .system(let error): "\(error)"
        }
    }
}

/// A listening Unix stream socket that never blocks.
public struct UnixListener: ~Copyable {
    private let owned: OwnedDescriptor

    /// The file that is ours to remove: not one that was inherited.
    private let file: (path: String, device: UInt64, inode: UInt64)?

    /// How many may wait to be accepted.
    private static let backlog: Int32 = 128

    /// Listens at `path` with these permissions; the file goes when the listener ends.
    ///
    /// The permissions are set before anybody can connect. Only root, or a member of `group`, can
    /// give the file to it.
    public init(path: String, mode: UInt32 = 0o666, group: UInt32? = nil) throws(ListenError) {
        guard path.utf8.count <= 107 else { throw .pathTooLong(path) }
        do throws(SystemError) {
            try Self.clear(path)
            let bound = unsafe clinux_unix_bind(path)
            let socket = OwnedDescriptor(try checked(bound, "bind", path))
            let status: clinux_status
            do throws(SystemError) {
                status = try Self.open(path, mode, group, socket.number)
            } catch {
                _ = unsafe clinux_unlink(Int32(CLINUX_CWD), path)
                throw error
            }
            file = (path, status.device, status.inode)
            owned = socket
        } catch {
            throw switch error.errno {
            case .addressInUse: .inUse(path)
            case .notSocket: .notASocket(path)
            case .permissionDenied where error.operation == "connect": .notOurs(path)
            default: .system(error)
            }
        }
    }

    /// Lets people in at a bound socket, and says which file it is.
    private static func open(
        _ path: String,
        _ mode: UInt32,
        _ group: UInt32?,
        _ socket: Int32
    ) throws(SystemError) -> clinux_status {
        if let group {
            try checked(unsafe clinux_set_path_group(path, group), "chgrp", path)
        }
        try checked(unsafe clinux_set_path_mode(path, mode), "chmod", path)
        try checked(clinux_listen(socket, backlog), "listen", path)
        return try Status.of(path)
    }

    /// Takes over a socket that was inherited, as socket activation hands it; its file stays.
    public init(inherited descriptor: FileDescriptor) throws(ListenError) {
        guard clinux_is_unix_listener(descriptor.rawValue) == 1 else {
            throw .notAListener(descriptor.rawValue)
        }
        let set = clinux_set_nonblocking(descriptor.rawValue)
        guard set == 0 else {
            throw .system(SystemError("fcntl", "inherited socket", Errno(rawValue: -set)))
        }
        owned = OwnedDescriptor(descriptor.rawValue)
        file = nil
    }

    deinit {
        // Another process may have found our file without an answer and put its own there.
        guard let file, let found = try? Status.of(file.path) else { return }
        guard found.device == file.device, found.inode == file.inode else { return }
        _ = unsafe clinux_unlink(Int32(CLINUX_CWD), file.path)
    }

    /// Makes room for a socket: removes one on which nobody answers.
    private static func clear(_ path: String) throws(SystemError) {
        let status: clinux_status
        do throws(SystemError) {
            status = try Status.of(path)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return }
            throw error
        }
        guard status.kind == CLINUX_KIND_SOCKET else {
            throw SystemError("bind", path, .notSocket)
        }
        let answer = unsafe clinux_unix_connect(path, 0)
        if answer >= 0 { clinux_close(answer) }
        // Nobody can say whether somebody is alive there.
        guard answer != -Errno.permissionDenied.rawValue else {
            throw SystemError("connect", path, .permissionDenied)
        }
        // Any other answer, such as a full queue, comes from somebody alive.
        guard answer == -Errno.connectionRefused.rawValue else {
            throw SystemError("bind", path, .addressInUse)
        }
        try checked(unsafe clinux_unlink(Int32(CLINUX_CWD), path), "unlink", path)
    }

    /// Watch this for `.readable`.
    public var descriptor: FileDescriptor { owned.descriptor }

    /// The next who knocked, or nil.
    ///
    /// When descriptors have run out it throws `EMFILE`, and the knocking goes on: watch the
    /// listener again when a stream has been closed, or a while later, since it may be others who
    /// have them (`ENFILE`).
    public func accept() throws(SystemError) -> UnixStream? {
        let accepted = clinux_accept(owned.number)
        if accepted == -Errno.wouldBlock.rawValue { return nil }
        return UnixStream(OwnedDescriptor(try checked(accepted, "accept", file?.path ?? "")))
    }
}
