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
        let all = Neighbour.all(decree: nil, origin: .join, join: join, me: Samples.db2)
        #expect(all == join.map { Neighbour(node: nil, addresses: [$0]) })
    }

    @Test("who knows a decree and is no member asks its members, and Join= as well")
    func stranger() {
        let all = Neighbour.all(
            decree: Samples.decree(),
            origin: .join,
            join: ["10.0.0.7:7377"],
            me: Samples.node("db4", 4)
        )
        #expect(all.map(\.node) == [Samples.db1, Samples.db2, Samples.db3, nil])
        #expect(all.last?.addresses == ["10.0.0.7:7377"])
    }

    @Test("with a decree its members count and nothing else")
    func member() {
        let all = Neighbour.all(
            decree: Samples.decree(),
            origin: .bootstrap(list),
            join: ["10.0.0.7:7377"],
            me: Samples.db2
        )
        #expect(
            all == [
                Neighbour(node: Samples.db1, addresses: ["10.0.0.1:7377"]),
                Neighbour(node: Samples.db3, addresses: ["10.0.0.3:7377"]),
            ]
        )
    }
}
