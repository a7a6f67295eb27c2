// SPDX-License-Identifier: Apache-2.0

// Sockets that the service manager has opened before this process began, each with the name that its
// socket unit gives it: sd_listen_fds_with_names(3).

internal import CSystemd
internal import Glibc
public import SystemPackage

/// A socket that was handed over.
public struct InheritedSocket: Hashable, Sendable {
    /// `FileDescriptorName=` of the socket unit.
    public var name: String

    /// It is ours to close.
    public var descriptor: FileDescriptor
}

/// The sockets that were handed over, in their order. The environment that tells of them goes: a
/// second call finds nothing, and neither does a child.
///
/// - Throws: the kernel's reason if a descriptor that the environment promises is not there.
public func takeInheritedSockets() throws(Errno) -> [InheritedSocket] {
    var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    let count = unsafe sd_listen_fds_with_names(1, &list)
    guard count >= 0 else { throw Errno(rawValue: -count) }
    guard let names = unsafe list else { return [] }
    defer { unsafe free(names) }
    return (0..<Int(count)).map { index in
        let name = unsafe names[index]
        defer { unsafe free(name) }
        return InheritedSocket(
            name: unsafe name.map { unsafe String(cString: $0) } ?? "",
            descriptor: FileDescriptor(rawValue: Int32(SD_LISTEN_FDS_START) + Int32(index))
        )
    }
}
