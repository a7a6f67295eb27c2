// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// Who helps to found a cluster, and with whom (R10, R20).
@Suite struct FounderTests {
    /// A host without a decree, n2, that n1 and n3 have greeted.
    private func blank(_ origin: Origin) -> Replica<QuickDigest> {
        var replica = Replica<QuickDigest>(seed: 1)
        let start = Recovered(
            record: Record(id: RecordID(9), node: Fixture.n2, origin: origin),
            member: Member(id: Fixture.n2),
            clusterName: "test",
            settings: Settings(),
            run: 1
        )
        _ = replica.step(.started(start), at: Fixture.now)
        for peer in [Fixture.n1, Fixture.n3] {
            let hello = Hello(run: 2, writeNumber: 1, heard: [], versions: 1...1)
            _ = receive(.hello(hello), from: peer, &replica)
        }
        return replica
    }

    private func receive(
        _ body: Message.Body,
        from node: NodeID = Fixture.n1,
        showing slot: Slot = 0,
        _ replica: inout Replica<QuickDigest>
    ) -> Effects {
        let message = Message(cluster: nil, slot: slot, body: body)
        return replica.step(.received(message, from: node, session: .zero), at: Fixture.now)
    }

    private func list(_ names: String...) -> InitialList {
        InitialList(names.map { InitialList.Entry(name: $0, addresses: []) })
    }

    private func prepare(_ ids: [NodeID], _ list: InitialList) -> Message.Body {
        .prepare(
            PrepareRequest(
                prepare: Prepare(ballot: Ballot(round: 1, owner: Fixture.n1), slot: 1),
                genesis: PrepareRequest.Genesis(ids: ids, list: list.digest(QuickDigest.self))
            )
        )
    }

    private var genesis: Decree {
        var state = Fixture.decree(1).state
        state.cluster = nil
        state.epoch = 1
        return Decree(state, digest: QuickDigest.self)
    }

    private var accept: Message.Body {
        .accept(
            AcceptRequest(
                accept: Accept(
                    ballot: Ballot(round: 1, owner: Fixture.n1),
                    slot: 1,
                    value: genesis
                ),
                sentAt: Instant(nanoseconds: 1),
                lease: Fixture.lease
            )
        )
    }

    private let all = [Fixture.n1, Fixture.n2, Fixture.n3]

    @Test("a founder promises slot 1 to founders with its own list that know its identity (R10)")
    func listed() {
        let names = list("n1", "n2", "n3")
        var replica = blank(.bootstrap(names))
        let promised = Said(receive(prepare(all, names), &replica))
        #expect(promised == .promise(after: true, accepted: nil))
    }

    @Test("it refuses where its identity is not among those that were canvassed (R10, B5)")
    func notListed() {
        let names = list("n1", "n2", "n3")
        var replica = blank(.bootstrap(names))
        // n2 as it was before it was wiped.
        let ids = [Fixture.n1, NodeID(name: "n2", key: Fixture.nodes[3].key), Fixture.n3]
        #expect(Said(receive(prepare(ids, names), &replica)) == .refuse(.list))
    }

    @Test("it refuses where the other was given another list of names (R10)")
    func otherList() {
        var replica = blank(.bootstrap(list("n1", "n2", "n3")))
        let longer = list("n1", "n2", "n3", "n4")
        #expect(Said(receive(prepare(all, longer), &replica)) == .refuse(.list))
    }

    @Test("only a founder accepts the first decree (R20)", arguments: [true, false])
    func accepts(isFounder: Bool) {
        let names = list("n1", "n2", "n3")
        var replica = blank(isFounder ? .bootstrap(names) : .join)
        let effects = receive(accept, &replica)
        #expect(Said(effects) == (isFounder ? .accepted(after: true) : .nothing))
        #expect(effects.records.isEmpty == !isFounder)
    }

    @Test("a founder that is shown a decree founds nothing any more, and writes that down (R10)")
    func shown() {
        var replica = blank(.bootstrap(list("n1", "n2", "n3")))
        let effects = receive(.decided(genesis), showing: 1, &replica)
        #expect(effects.records.map(\.origin) == [.join])
    }
}
