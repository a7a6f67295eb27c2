// SPDX-License-Identifier: Apache-2.0

import Control
import FakeElectd
import Testing

@testable import Daemon

@Suite("what systemctl status shows")
struct ServiceManagerTests {
    private func status(_ change: (inout Status) -> Void) -> String {
        var status = FakeElectd.Samples.status()
        change(&status)
        return status.managerLine
    }

    @Test(
        "one line: who leads, under which epoch, what this host is, and whether there is a quorum"
    )
    func line() {
        let line = status { $0.quorum = Status.Quorum(needed: 2, reachable: 3, voters: 3) }
        #expect(line == "leader=db2 epoch=418 role=follower voters=3/3 quorum=ok")
    }

    @Test("a host that hears no majority, or knows of no voters, has no quorum")
    func noQuorum() {
        let alone = status { status in
            status.answer = FakeElectd.Samples.answer(.unsure, epoch: 7)
            status.quorum = Status.Quorum(needed: 2, reachable: 1, voters: 3)
        }
        #expect(alone == "leader=none epoch=7 role=unsure voters=1/3 quorum=no")
        let fresh = status { $0.quorum = Status.Quorum(needed: 0, reachable: 0, voters: 0) }
        #expect(fresh.hasSuffix("voters=0/0 quorum=no"))
    }
}
