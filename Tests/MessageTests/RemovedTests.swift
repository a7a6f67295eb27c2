// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// An observer votes for nothing, so nothing on its disk but one word tells that it was a member.
@Suite struct RemovedTests {
    /// n2 observes by decree 5, and is no member by decree 6.
    private let with: Decree
    private let without: Decree

    init() {
        var state = Three.decree().state
        state.members[1].role = .observer
        with = Decree(state, digest: ToyDigest.self)
        state = Three.decree(6, after: with).state
        state.members.remove(at: 1)
        without = Decree(state, digest: ToyDigest.self)
    }

    /// A run of n2 that finds this decree on its disk.
    private func start(_ decree: Decree, isRemoved: Bool = false) -> LoneHost {
        var record = Record(id: RecordID(9), node: Three.n2, origin: .join, decided: decree)
        record.isRemoved = isRemoved
        return LoneHost(record, role: .observer)
    }

    @Test("an observer that hears of its removal writes it down, and then says so")
    func recorded() throws {
        var host = start(with)
        let effects = host.hear(.decided(without), slot: 6, from: Three.n1)
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
        var host = start(without, isRemoved: true)
        #expect(!host.said.contains { $0.isJoin })
        #expect(host.sent.contains { $0.to == Three.n1 && $0.message.body.isCanvass })
        let held = CanvassReply(durableSlot: 6, promised: .zero, freeIn: .zero, serves: false)
        for (before, voter) in without.quorum.voters.prefix(without.quorum.needed).enumerated() {
            #expect(!host.events.contains(.removed), "\(before) have said so")
            host.hear(.canvassReply(held), slot: 6, from: voter)
        }
        #expect(host.events.contains(.removed))
    }

    @Test("a founder that has promised and is not in the first decree never was a member")
    func founder() throws {
        let list = InitialList(
            [Three.n1, Three.n2, Three.n3].map {
                InitialList.Entry(name: $0.name, addresses: [])
            }
        )
        let promised = Ballot(round: 1, owner: Three.n1)
        var state = Three.decree(1).state
        state.members.remove(at: 1)
        let first = Decree(state, digest: ToyDigest.self)
        let record = Record(
            id: RecordID(9),
            node: Three.n2,
            origin: .bootstrap(list),
            promised: promised
        )
        var host = LoneHost(record, role: .observer)
        host.cluster = first.cluster
        host.hear(.decided(first), slot: 1, from: Three.n1)
        #expect(!host.events.contains(.removed))
        #expect(host.said.contains { $0.isJoin })
        // Nor was it one for a run that finds that promise and that decree.
        let last = try #require(host.records.last)
        #expect(last.promised == promised && last.decided == first)
        let again = LoneHost(last, role: .observer)
        #expect(again.said.contains { $0.isJoin })
    }

    @Test("one that never was a member asks to be let in")
    func joins() {
        let host = start(without)
        #expect(!host.events.contains(.removed))
        let asked = host.sent.filter(\.message.body.isJoin)
        #expect(asked.map(\.to) == [Three.n1])
    }
}
