// SPDX-License-Identifier: Apache-2.0

// A way to somebody who takes datagrams at a path, such as the journal. Sending never waits: what
// finds no room is not sent, and the sender is told.

internal import CLinux
public import SystemPackage

/// A connected Unix datagram socket.
public struct UnixDatagram: ~Copyable {
    private let owned: OwnedDescriptor

    /// Connects to whoever has bound the path.
    public init(connectingTo path: String) throws(SystemError) {
        let connected = unsafe clinux_unix_datagram(path)
        owned = OwnedDescriptor(try checked(connected, "connect", path))
    }

    /// Takes over a connected socket.
    public init(_ descriptor: FileDescriptor) {
        owned = OwnedDescriptor(descriptor.rawValue)
    }

    /// Sends one datagram. Returns whether it was taken.
    public func send(_ bytes: [UInt8]) -> Bool {
        unsafe clinux_send(owned.number, bytes, bytes.count) == Int64(bytes.count)
    }
}
