// SPDX-License-Identifier: Apache-2.0

// Who is at the other end of a Unix stream, on the kernel's word.
//
// It is who it was when it connected. SO_PEERCRED knows the primary group alone; somebody who is in
// a group by /etc/group is found by SO_PEERGROUPS only.

internal import CLinux
internal import SystemPackage

/// The process, user and primary group that connected.
public struct PeerCredentials: Hashable, Sendable {
    /// The process, 0 if it is not of our process namespace.
    public var process: Int32

    /// The effective user.
    public var user: UInt32

    /// The effective group.
    public var group: UInt32

    /// As the kernel would say it.
    public init(process: Int32, user: UInt32, group: UInt32) {
        self.process = process
        self.user = user
        self.group = group
    }
}

extension UnixStream {
    /// Who connected (SO_PEERCRED).
    public func peerCredentials() throws(SystemError) -> PeerCredentials {
        var peer = clinux_credentials()
        let asked = unsafe clinux_peer_credentials(descriptor.rawValue, &peer)
        try checked(asked, "getsockopt", "SO_PEERCRED")
        return PeerCredentials(process: peer.pid, user: peer.uid, group: peer.gid)
    }

    /// The supplementary groups of who connected (SO_PEERGROUPS).
    public func peerGroups() throws(SystemError) -> [UInt32] {
        var groups = [UInt32](repeating: 0, count: 32)
        while true {
            let capacity = groups.count
            let count = unsafe clinux_peer_groups(
                descriptor.rawValue,
                &groups,
                Int32(capacity)
            )
            try checked(count, "getsockopt", "SO_PEERGROUPS")
            if count <= capacity { return Array(groups.prefix(Int(count))) }
            groups = [UInt32](repeating: 0, count: Int(count))
        }
    }
}
