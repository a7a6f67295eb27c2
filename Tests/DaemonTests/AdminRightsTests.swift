// SPDX-License-Identifier: Apache-2.0

import Linux
import Testing

@testable import Daemon

@Suite("who may change things")
struct AdminRightsTests {
    private let rights = AdminRights(ownUser: 900, group: 44)

    @Test(
        "root, the daemon's own user and the group may; nobody else",
        arguments: [
            (0, 7, [], true), (900, 7, [], true), (1000, 44, [], true), (1000, 7, [3, 44], true),
            (1000, 7, [], false), (1000, 900, [900], false),
        ] as [(UInt32, UInt32, [UInt32], Bool)]
    )
    func table(user: UInt32, group: UInt32, groups: [UInt32], expected: Bool) {
        let peer = PeerCredentials(process: 1, user: user, group: group)
        #expect(rights.allow(peer, groups: groups) == expected)
    }

    @Test("without the group on this host, no group may")
    func noGroup() {
        let rights = AdminRights(ownUser: 900, group: nil)
        let peer = PeerCredentials(process: 1, user: 1000, group: 44)
        #expect(!rights.allow(peer, groups: [44]))
    }
}
