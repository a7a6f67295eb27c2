// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// An observer votes for nothing, so nothing on its disk but one word tells that it was a member.
@Suite struct RemovedTests {
    private static let now = Instant(nanoseconds: 1_000_000_000_000)

    /// Slot 5: n2 observes.
    private static let before: Decree = {
        var state = Fixture.decree(5).state
        state.members[1].role = .observer
        return Decree(state, digest: QuickDigest.self)
    }()

    /// Slot 6: n2 is no member any more.
    private static let without: Decree = {
        var state = Fixture.decree(6, after: before).state
        state.members.removeAll { $0.id == Fixture.n2 }
        return Decree(state, digest: QuickDigest.self)
    }()

    /// A run of n2 on a disk that holds this decree, and what its start brings.
    private func start(
        _ decree: Decree,
        isRemoved: Bool = false
    ) -> (replica: Replica<QuickDigest>, effects: Effects) {
        var record = Record(id: RecordID(9), node: Fixture.n2, origin: .join)
        record.decided = decree
        record.isRemoved = isRemoved
        var replica = Replica<QuickDigest>(seed: 1)
        let recovered = Recovered(
            record: record,
            member: Member(id: Fixture.n2, role: .observer),
            clusterName: "test",
            settings: Settings(),
            run: 2
        )
        let effects = replica.step(.started(recovered), at: Self.now)
        return (replica, effects)
    }

    @Test("an observer that hears of its removal writes it down, and then says so")
    func recorded() throws {
        var (replica, _) = start(Self.before)
        let message = Message(cluster: Self.without.cluster, slot: 6, body: .decided(Self.without))
        let effects = replica.step(
            .received(message, from: Fixture.n1, session: .zero),
            at: Self.now
        )
        let record = try #require(effects.records.last)
        #expect(record.isRemoved)
        let told = try #require(effects.events.last)
        #expect(told.event == .removed)
        #expect(told.after == record.id)
    }

    @Test("one that died before it said so says it at its next start, and asks nobody to let it in")
    func restarted() {
        let (_, effects) = start(Self.without, isRemoved: true)
        #expect(effects.events.contains { $0.event == .removed })
        #expect(effects.messages.isEmpty)
    }

    @Test("one that never was a member asks to be let in")
    func joins() {
        let (_, effects) = start(Self.without)
        #expect(!effects.events.contains { $0.event == .removed })
        let asked = effects.messages.filter {
            if case .join = $0.message.body { true } else { false }
        }
        #expect(asked.map(\.to) == [Fixture.n1])
    }
}
