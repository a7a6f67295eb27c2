// SPDX-License-Identifier: Apache-2.0

import Election
import Testing

@testable import Daemon

@Suite("whom a host reaches for")
struct NeighbourTests {
    private let list = InitialList(
        ["db1", "db2", "db3"].map { .init(name: $0, addresses: ["\($0):7377", "10.0.0.9:1"]) }
    )

    @Test("a founder reaches for the others of its list, whose keys it does not know")
    func founder() {
        let all = Neighbour.all(
            decree: nil,
            isLed: false,
            origin: .bootstrap(list),
            join: ["10.0.0.7:7377"],
            me: Samples.db2
        )
        #expect(
            all == [
                Neighbour(node: nil, addresses: ["db1:7377", "10.0.0.9:1"]),
                Neighbour(node: nil, addresses: ["db3:7377", "10.0.0.9:1"]),
            ]
        )
    }

    @Test("who is to join asks each address of Join=")
    func joining() {
        let join = ["10.0.0.7:7377", "10.0.0.8:7377"]
        let all = Neighbour.all(
            decree: nil,
            isLed: false,
            origin: .join,
            join: join,
            me: Samples.db2
        )
        #expect(all == join.map { Neighbour(node: nil, addresses: [$0]) })
    }

    @Test("who knows a decree and is no member asks its members, and Join= as well")
    func stranger() {
        let all = Neighbour.all(
            decree: Samples.decree(),
            isLed: true,
            origin: .join,
            join: ["10.0.0.7:7377"],
            me: Samples.node("db4", 4)
        )
        #expect(all.map(\.node) == [Samples.db1, Samples.db2, Samples.db3, nil])
        #expect(all.last?.addresses == ["10.0.0.7:7377"])
    }

    private let others = [
        Neighbour(node: Samples.db1, addresses: ["10.0.0.1:7377"]),
        Neighbour(node: Samples.db3, addresses: ["10.0.0.3:7377"]),
    ]

    private func neighbours(isLed: Bool, join: [String]) -> [Neighbour] {
        Neighbour.all(
            decree: Samples.decree(),
            isLed: isLed,
            origin: .bootstrap(list),
            join: join,
            me: Samples.db2
        )
    }

    @Test("a member that has a leader reaches for the other members and nobody else")
    func member() {
        #expect(neighbours(isLed: true, join: ["10.0.0.7:7377"]) == others)
    }

    @Test("a member without a leader looks where Join= says as well: the others may have moved")
    func leaderless() {
        let elsewhere = Neighbour(node: nil, addresses: ["10.0.0.7:7377"])
        #expect(neighbours(isLed: false, join: ["10.0.0.7:7377"]) == others + [elsewhere])
    }

    @Test("a place of Join= where a member stands in the decree is not asked twice")
    func known() {
        let join = ["10.0.0.1:7377", "10.0.0.2:7377"]
        #expect(neighbours(isLed: false, join: join) == others)
    }
}
