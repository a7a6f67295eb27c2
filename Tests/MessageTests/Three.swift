// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos

/// Three voters, of whom n1 leads by decree 5. n2 is the host under test, on its way to leadership;
/// n4 has no vote. What it writes is on disk at once, what it sends is answered at once.
enum Three {
    static let n1 = node("n1", 1)
    static let n2 = node("n2", 2)
    static let n3 = node("n3", 3)
    static let n4 = node("n4", 4)

    /// Decree 5, or the one after `previous`, of the same members.
    static func decree(_ slot: Slot = 5, after previous: Decree? = nil) -> Decree {
        LoneHost.decree(
            slot,
            after: previous?.id ?? .none,
            leader: n1,
            epoch: 3,
            members: previous?.state.members ?? [n1, n2, n3].map { Member(id: $0) }
        )
    }

    /// n2, just started with this decree and greeted by both.
    static func candidate(
        _ decided: Decree = decree(),
        others: @escaping LoneHost.Others = willing
    ) -> LoneHost {
        let record = Record(
            id: RecordID(9),
            node: n2,
            origin: .join,
            decided: decided,
            promised: Ballot(round: 5, owner: n1)
        )
        var host = LoneHost(record, disk: .quick, others: others)
        host.meet([n1, n3], slot: decided.slot)
        return host
    }

    /// A peer that has nothing against what it is asked.
    static func willing(_ node: NodeID, _ body: Message.Body) -> Message.Body? {
        assent(to: body, holding: 5)
    }

    /// What n1 says as long as it leads.
    static let heartbeat = Message.Body.heartbeat(
        Heartbeat(
            ballot: Ballot(round: 5, owner: n1),
            slot: 5,
            sentAt: .zero,
            lease: .milliseconds(500),
            leaseLeft: .milliseconds(500)
        )
    )
}
