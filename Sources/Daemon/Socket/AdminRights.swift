// SPDX-License-Identifier: Apache-2.0

// Who may change something over the socket: root, the group `electd-admin`, and whoever the daemon
// itself runs as. Everybody else who can open the socket may look.

internal import Linux

/// The users and the group that may change things.
struct AdminRights: Sendable {
    /// The group's name.
    static let groupName = "electd-admin"

    private let ownUser: UInt32
    private let group: UInt32?

    /// - Parameters:
    ///   - ownUser: as whom the daemon runs.
    ///   - group: the number of `electd-admin`; nil if this host has no such group.
    init(ownUser: UInt32, group: UInt32?) {
        self.ownUser = ownUser
        self.group = group
    }

    /// Whether these people may.
    func allow(_ peer: PeerCredentials, groups: [UInt32]) -> Bool {
        if peer.user == 0 || peer.user == ownUser { return true }
        guard let group else { return false }
        return peer.group == group || groups.contains(group)
    }

    /// Whether whoever is at the other end may, on the kernel's word.
    func allow(_ stream: borrowing UnixStream) -> Bool {
        guard let peer = try? stream.peerCredentials() else { return false }
        return allow(peer, groups: (try? stream.peerGroups()) ?? [])
    }
}
