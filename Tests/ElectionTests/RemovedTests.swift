// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// An observer votes for nothing, so nothing on its disk but one word tells that it was a member.
@Suite struct RemovedTests {
    private let now = Instant(nanoseconds: 1_000_000_000_000)

    /// Slot 5: n2 is an observer.
    private var decided: Decree {
        var state = Fixture.decree(5).state
        state.members[1].role = .observer
        return Decree(state, digest: QuickDigest.self)
    }

    /// Slot 6: n2 is no member any more.
    private var without: Decree {
        var state = Fixture.decree(6, after: decided).state
        state.members.removeAll { $0.id == Fixture.n2 }
        return Decree(state, digest: QuickDigest.self)
    }

    private func start(_ record: Record) -> (replica: Replica<QuickDigest>, effects: Effects) {
        var replica = Replica<QuickDigest>(seed: 1)
        let effects = replica.step(
            .started(
                Recovered(
                    record: record,
                    member: Member(id: Fixture.n2, role: .observer),
                    clusterName: "test",
                    settings: Settings(),
                    run: 2
                )
            ),
            at: now
        )
        return (replica, effects)
    }

    @Test("an observer that hears of its removal writes it down, and then says so")
    func recorded() throws {
        var before = Record(id: RecordID(9), node: Fixture.n2, origin: .join)
        before.decided = decided
        var replica = start(before).replica
        let message = Message(cluster: decided.cluster, slot: 6, body: .decided(without))
        let effects = replica.step(
            .received(message, from: Fixture.n1, session: .zero),
            at: now
        )
        let record = try #require(effects.records.last)
        #expect(record.isRemoved)
        let told = try #require(effects.events.last)
        #expect(told.event == .removed)
        #expect(told.after == record.id)
    }

    @Test("one that died before it said so says it at its next start, and asks nobody to let it in")
    func restarted() {
        var record = Record(id: RecordID(9), node: Fixture.n2, origin: .join)
        record.decided = without
        record.isRemoved = true
        let effects = start(record).effects
        #expect(effects.events.contains { $0.event == .removed })
        #expect(effects.messages.isEmpty)
    }

    @Test("one that never was a member asks to be let in")
    func joins() {
        var record = Record(id: RecordID(9), node: Fixture.n2, origin: .join)
        record.decided = without
        let effects = start(record).effects
        #expect(!effects.events.contains { $0.event == .removed })
        let asked = effects.messages.filter {
            if case .join = $0.message.body { true } else { false }
        }
        #expect(asked.map(\.to) == [Fixture.n1])
    }
}
