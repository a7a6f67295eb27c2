// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// An observer votes for nothing, so nothing on its disk but one word tells that it was a member.
@Suite struct RemovedTests {
    /// n2 observes by decree 5, and is no member by decree 6.
    private let with: Decree
    private let without: Decree
    private let now = Instant(nanoseconds: 1_000_000_000_000)

    init() {
        var state = Fixture.decree(5).state
        state.members[1].role = .observer
        with = Decree(state, digest: QuickDigest.self)
        state = Fixture.decree(6, after: with).state
        state.members.remove(at: 1)
        without = Decree(state, digest: QuickDigest.self)
    }

    /// A run of n2 that finds this decree on its disk.
    private func start(
        _ decree: Decree,
        isRemoved: Bool = false
    ) -> (Replica<QuickDigest>, Effects) {
        var record = Record(id: RecordID(9), node: Fixture.n2, origin: .join, decided: decree)
        record.isRemoved = isRemoved
        return start(record)
    }

    private func start(_ record: Record) -> (Replica<QuickDigest>, Effects) {
        let recovered = Recovered(
            record: record,
            member: Member(id: Fixture.n2, role: .observer),
            clusterName: "test",
            settings: Settings(),
            run: 2
        )
        var replica = Replica<QuickDigest>(seed: 1)
        let effects = replica.step(.started(recovered), at: now)
        return (replica, effects)
    }

    @Test("an observer that hears of its removal writes it down, and then says so")
    func recorded() throws {
        var (replica, _) = start(with)
        let message = Message(cluster: with.cluster, slot: 6, body: .decided(without))
        let effects = replica.step(
            .received(message, from: Fixture.n1, session: .zero),
            at: now + .milliseconds(1)
        )
        let record = try #require(effects.records.last)
        #expect(record.isRemoved)
        let told = try #require(effects.events.last)
        #expect(told.event == .removed)
        #expect(told.after == record.id)
    }

    @Test(
        "one that died before it said so asks to go, not to be let in, and goes when a voter left may"
    )
    func restarted() {
        // A voter by a decree that it never heard of has promised nothing either (R22).
        var (replica, effects) = start(without, isRemoved: true)
        #expect(!effects.events.contains { $0.event == .removed })
        #expect(!effects.messages.contains { $0.message.isJoin })
        #expect(effects.messages.contains { $0.to == Fixture.n1 && $0.message.isCanvass })
        for (delay, node) in without.quorum.voters.enumerated() {
            #expect(!effects.events.contains { $0.event == .removed })
            let held = CanvassReply(
                durableSlot: 6,
                promised: .zero,
                freeIn: .zero,
                serves: false,
                blank: nil
            )
            effects = replica.step(
                .received(
                    Message(cluster: without.cluster, slot: 6, body: .canvassReply(held)),
                    from: node,
                    session: .zero
                ),
                at: now + .milliseconds(Int64(delay) + 1)
            )
            if effects.events.contains(where: { $0.event == .removed }) {
                #expect(delay + 1 == without.quorum.needed)
                return
            }
        }
        Issue.record("it never goes")
    }

    @Test("a founder that has promised and is not in the first decree never was a member")
    func founder() {
        let list = InitialList(
            [Fixture.n1, Fixture.n2, Fixture.n3].map {
                InitialList.Entry(name: $0.name, addresses: [])
            }
        )
        let promised = Ballot(round: 1, owner: Fixture.n1)
        var state = Fixture.decree(1).state
        state.members.remove(at: 1)
        let first = Decree(state, digest: QuickDigest.self)
        let record = Record(
            id: RecordID(9),
            node: Fixture.n2,
            origin: .bootstrap(list),
            promised: promised
        )
        var (replica, _) = start(record)
        let effects = replica.step(
            .received(
                Message(cluster: first.cluster, slot: 1, body: .decided(first)),
                from: Fixture.n1,
                session: .zero
            ),
            at: now + .milliseconds(1)
        )
        #expect(!effects.events.contains { $0.event == .removed })
        #expect(effects.messages.contains { $0.message.isJoin })
        // Nor was it one for a run that finds that promise and that decree.
        guard let last = effects.records.last else {
            Issue.record("nothing is written")
            return
        }
        #expect(last.promised == promised && last.decided == first)
        let (_, again) = start(last)
        #expect(again.messages.contains { $0.message.isJoin })
    }

    @Test("one that never was a member asks to be let in")
    func joins() {
        let (_, effects) = start(without)
        #expect(!effects.events.contains { $0.event == .removed })
        let asked = effects.messages.filter { $0.message.isJoin }
        #expect(asked.map(\.to) == [Fixture.n1])
    }
}

extension Message {
    fileprivate var isJoin: Bool {
        if case .join = body { true } else { false }
    }

    fileprivate var isCanvass: Bool {
        if case .canvass = body { true } else { false }
    }
}
