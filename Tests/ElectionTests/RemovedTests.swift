// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// An observer votes for nothing, so nothing on its disk but one word tells that it was a member.
@Suite struct RemovedTests {
    /// Slot 6: n2 is no member any more.
    private func without(_ fixture: Fixture) -> Decree {
        var state = Fixture.decree(6, after: fixture.decided).state
        state.members.removeAll { $0.id == Fixture.n2 }
        return Decree(state, digest: QuickDigest.self)
    }

    private func start(_ record: Record) -> Effects {
        var replica = Replica<QuickDigest>(seed: 1)
        return replica.step(
            .started(
                Recovered(
                    record: record,
                    member: Member(id: Fixture.n2, role: .observer),
                    clusterName: "test",
                    settings: Settings(),
                    run: 2
                )
            ),
            at: Fixture.now
        )
    }

    @Test("an observer that hears of its removal writes it down, and then says so")
    func recorded() throws {
        var fixture = Fixture(role: .observer)
        let effects = fixture.receive(.decided(without(fixture)), showing: 6)
        let record = try #require(effects.records.last)
        #expect(record.isRemoved)
        let told = try #require(effects.events.last)
        #expect(told.event == .removed)
        #expect(told.after == record.id)
    }

    @Test("one that died before it said so says it at its next start, and asks nobody to let it in")
    func restarted() {
        var record = Record(id: RecordID(9), node: Fixture.n2, origin: .join)
        record.decided = without(Fixture(role: .observer))
        record.isRemoved = true
        let effects = start(record)
        #expect(effects.events.contains { $0.event == .removed })
        #expect(effects.messages.isEmpty)
    }

    @Test("one that never was a member asks to be let in")
    func joins() {
        var record = Record(id: RecordID(9), node: Fixture.n2, origin: .join)
        record.decided = without(Fixture(role: .observer))
        let effects = start(record)
        #expect(!effects.events.contains { $0.event == .removed })
        let asked = effects.messages.filter {
            if case .join = $0.message.body { true } else { false }
        }
        #expect(asked.map(\.to) == [Fixture.n1])
    }
}
