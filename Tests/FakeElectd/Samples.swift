// SPDX-License-Identifier: Apache-2.0

public import Control
import Linux

/// A cluster of three as db1 sees it; db2 leads for ten more minutes unless a test says otherwise.
public enum Samples {
    /// What db1 answers.
    public static func answer(
        _ role: Role = .follower,
        leader: String? = "db2",
        epoch: UInt64 = 418,
        left: Int64 = 600_000_000_000
    ) -> LeaderReply {
        LeaderReply(
            role: role,
            leader: role == .unsure ? nil : leader,
            leaderAddress: role == .unsure ? nil : "10.0.0.2:7377",
            leaderLabels: role == .unsure
                ? Labels() : Labels([Labels.Pair(key: "url", value: "postgres://10.0.0.2")]),
            epoch: epoch,
            decree: 421,
            bootID: "6f1c1d6e-0b1f-4f0e-9d0e-2f6f3c1d7a55",
            validUntil: role == .unsure ? 0 : UInt64(BootClock.now() + left)
        )
    }

    /// What db1 knows.
    public static func status(
        _ answer: LeaderReply = answer(),
        sequence: UInt64 = 12
    ) -> Status {
        Status(
            version: "0.1.0",
            cluster: "prod-db",
            clusterID: "00112233445566778899aabbccddeeff",
            selfName: "db1",
            answer: answer,
            sequence: sequence,
            since: "2026-11-21T01:20:01Z",
            sinceBoottime: 0,
            quorum: Status.Quorum(needed: 2, reachable: 2, voters: 3),
            members: [
                Member(
                    name: "db1",
                    role: .voter,
                    up: true,
                    addresses: ["10.0.0.1:7377"],
                    priority: 100,
                    leader: answer.leader == "db1",
                    reachable: true
                ),
                Member(
                    name: "db2",
                    role: .voter,
                    up: true,
                    addresses: ["10.0.0.2:7377"],
                    priority: 200,
                    leader: answer.leader == "db2",
                    reachable: true,
                    lastHeard: 1
                ),
                Member(
                    name: "db3",
                    role: .witness,
                    up: false,
                    addresses: ["10.0.0.3:7377", "[fd00::3]:7377"],
                    priority: 0,
                    leader: false,
                    reachable: false
                ),
            ],
            cause: "expired",
            text: "db2 leads under epoch 418: the lease of db3 expired"
        )
    }

    /// How it came to that.
    public static let history = [
        HistoryEntry(
            time: "2026-11-20T23:00:00Z",
            decree: 1,
            epoch: 1,
            leader: "db1",
            change: "members db1 db2 db3 (witness)",
            cause: "elected",
            askedBy: ""
        ),
        HistoryEntry(
            time: "2026-11-21T01:20:01Z",
            decree: 421,
            epoch: 418,
            leader: "db2",
            change: "leader db1 to db2",
            cause: "transfer",
            askedBy: "db3"
        ),
    ]

    /// Who belongs to it, and who may join.
    public static var members: MembersReply {
        let trips: [UInt64?] = [nil, 212_345, nil]
        return MembersReply(
            decree: 421,
            members: status(answer()).members.enumerated().map { index, member in
                var member = member
                member.drained = index == 0
                return MemberDetail(
                    member: member,
                    roundTrip: trips[index],
                    identity: "0\(index)1122334455"
                )
            },
            announced: [AnnouncedHost(name: "db4", role: .observer)]
        )
    }

    /// How long things take.
    public static let timing = TimingReply(
        lease: 500,
        heartbeat: 100,
        drift: 1000,
        measured: [
            Measured(name: "round_trip", count: 2, typical: 212_345, worst: 1_500_000),
            Measured(name: "sync", count: 0, typical: nil, worst: nil),
        ],
        bounds: [
            Bound(name: "failover", formula: "lease + 3 round trips", time: 504_500_000)
        ]
    )

    /// One reply of Watch.
    public static func event(
        _ sequence: UInt64,
        kind: String = "leader",
        _ status: Status
    ) -> WatchReply {
        WatchReply(
            sequence: sequence,
            kind: kind,
            cause: status.cause,
            text: status.text,
            status: status
        )
    }
}
