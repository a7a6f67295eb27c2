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

    @Test("one that died before it said so says it at its next start, and asks nobody to let it in")
    func restarted() {
        let (_, effects) = start(without, isRemoved: true)
        #expect(effects.events.contains { $0.event == .removed })
        #expect(effects.messages.isEmpty)
    }

    @Test("one that never was a member asks to be let in")
    func joins() {
        let (_, effects) = start(without)
        #expect(!effects.events.contains { $0.event == .removed })
        let asked = effects.messages.filter {
            if case .join = $0.message.body { true } else { false }
        }
        #expect(asked.map(\.to) == [Fixture.n1])
    }
}
