// SPDX-License-Identifier: Apache-2.0

@testable import Control

/// A cluster of three as its follower sees it, with everything that is awkward to write down.
enum Samples {
    static let bootID = "6f1c1d6e-0b1f-4f0e-9d0e-2f6f3c1d7a55"

    static let labels = Labels([
        Labels.Pair(key: "zone", value: "north \"west\""),
        Labels.Pair(key: "url", value: "postgres://10.0.0.2:5432/db?a=$b"),
    ])

    static let answer = LeaderReply(
        role: .follower,
        leader: "db2",
        leaderAddress: "10.0.0.2:7377",
        leaderLabels: labels,
        epoch: 418,
        decree: 421,
        bootID: bootID,
        validUntil: 7_776_000_500_000_000
    )

    static let unsure = LeaderReply(
        role: .unsure,
        epoch: 418,
        decree: 421,
        bootID: bootID,
        validUntil: 0
    )

    static let members = [
        Member(
            name: "db1",
            role: .voter,
            up: true,
            addresses: ["10.0.0.1:7377", "[fd00::1]:7377"],
            priority: 100,
            leader: false,
            reachable: true
        ),
        Member(
            name: "db2",
            role: .voter,
            up: true,
            addresses: ["10.0.0.2:7377"],
            labels: labels,
            priority: 200,
            leader: true,
            reachable: true,
            lastHeard: 7_776_000_000_000_000
        ),
        Member(
            name: "db3",
            role: .witness,
            up: false,
            addresses: [],
            priority: 0,
            drained: true,
            leader: false,
            reachable: false
        ),
    ]

    static let status = Status(
        version: "0.1.0",
        cluster: "prod-db",
        clusterID: "00112233445566778899aabbccddeeff",
        selfName: "db1",
        answer: answer,
        sequence: 12,
        since: "2026-11-21T01:20:01Z",
        sinceBoottime: 7_770_000_000_000_000,
        quorum: Status.Quorum(needed: 2, reachable: 2, voters: 3),
        members: members,
        pausedUntil: 7_776_060_000_000_000,
        cause: "expired",
        text: "db2 leads\tsince `db3` was lost: \\ \u{1} ü"
    )
}
