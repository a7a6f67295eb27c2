// SPDX-License-Identifier: Apache-2.0

// A way to somebody who takes datagrams at a path, such as the journal. Sending never waits: what
// finds no room is not sent, and the sender is told. It goes to whoever has the path at that moment, so
// there is no connection that could be lost when they are started anew.

internal import CLinux
internal import SystemPackage

/// An address of datagrams, with a socket from which they leave.
public struct UnixDatagram: ~Copyable {
    private let owned: OwnedDescriptor
    private let path: String

    /// A way to whoever has bound the path when something is sent.
    public init(to path: String) throws(SystemError) {
        owned = OwnedDescriptor(try checked(clinux_unix_datagram(), "socket", path))
        self.path = path
    }

    /// Sends one datagram: all of it, or nothing since there is no room, or nobody is there.
    public func send(_ bytes: [UInt8]) -> Sent {
        let sent = unsafe clinux_unix_send_to(owned.number, path, bytes, bytes.count)
        if sent >= 0 { return .bytes(Int(sent)) }
        return sent == -Int64(Errno.wouldBlock.rawValue) ? .wouldBlock : .closed
    }
}
