// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// Who helps to found a cluster, and with whom (R10, R20).
@Suite("the founders")
struct FounderTests {
    private static let all = [Scene.asker, Scene.other, Scene.me]
    private let names = Self.list(all.map(\.name))

    private static func list(_ names: [String]) -> InitialList {
        InitialList(names.map { InitialList.Entry(name: $0, addresses: []) })
    }

    /// A host without a decree that the two others have greeted.
    private func blank(_ origin: Origin) -> LoneHost {
        var host = LoneHost(Record(id: RecordID(7), node: Scene.me, origin: origin))
        host.meet([Scene.asker, Scene.other], slot: 0)
        return host
    }

    /// What comes of a Prepare of slot 1 for these identities, by a founder with this list.
    private func prepare(_ ids: [NodeID], _ list: InitialList) -> [Message.Body] {
        var host = blank(.bootstrap(names))
        let request = PrepareRequest(
            prepare: Prepare(ballot: Ballot(round: 1, owner: Scene.asker), slot: 1),
            genesis: PrepareRequest.Genesis(ids: ids, list: list.digest(ToyDigest.self))
        )
        return host.hear(.prepare(request), slot: 0, from: Scene.asker).messages
            .map(\.message.body)
    }

    private var genesis: Decree {
        let state = ClusterState(
            cluster: nil,
            slot: 1,
            previous: .none,
            epoch: 1,
            leader: Scene.asker,
            name: "test",
            settings: Settings(),
            members: Self.all.map { Member(id: $0) },
            cause: .elected
        )
        return Decree(state, digest: ToyDigest.self)
    }

    @Test(
        "a founder with another list that comes when the cluster is founded says so, once",
        arguments: [["asker", "me", "other"], ["asker", "other"]]
    )
    func late(founded: [String]) {
        var state = genesis.state
        state.members.removeAll { !founded.contains($0.id.name) }
        let decree = Decree(state, digest: ToyDigest.self)
        var host = blank(.bootstrap(names))
        func told(_ slot: Slot) -> [Event] {
            host.hear(.decided(decree), slot: slot, from: Scene.asker).events.map(\.event)
        }
        let event = Event.foundedBefore(Scene.asker, theirs: founded, ours: names.names)
        #expect(told(1).contains(event) == !founded.contains("me"))
        #expect(!told(1).contains(event))
    }

    @Test(
        "and so does the member that it asks around, but not for who is a member or has its names"
    )
    func latecomer() {
        let late = node("late", 9)
        let ours = Self.all.map(\.name).sorted()
        for (sender, list, isTold) in [
            (late, ours + ["late"], true), (late, ours, false), (late, [], false),
            (Scene.other, ours + ["late"], false),
        ] {
            var scene = Scene(.voter)
            scene.host.cluster = nil
            func ask(_ slot: Slot) -> [Event] {
                let canvass = Canvass(list: list.isEmpty ? nil : ToyDigest.digest([2]), names: list)
                return scene.receive(.canvass(canvass), slot: slot, from: sender).events
                    .map(\.event)
            }
            let event = Event.foundedBefore(late, theirs: list, ours: ours)
            #expect(ask(0).contains(event) == isTold, "\(sender) with \(list)")
            #expect(!ask(0).contains(event), "once")
        }
    }

    @Test("a founder promises slot 1 to a founder that names it and has its list (R10)")
    func listed() {
        #expect(prepare(Self.all, names).contains { $0.promise != nil })
    }

    @Test("it refuses where its identity is not among those that were canvassed (R10, B5)")
    func notListed() {
        // The host as it was before it was wiped.
        let answers = prepare([Scene.asker, Scene.other, node("me", 9)], names)
        #expect(refusal(answers) == .list && answers.allSatisfy { $0.promise == nil })
    }

    @Test("it refuses where the other was given another list of names (R10)")
    func otherList() {
        let answers = prepare(Self.all, Self.list(names.names + ["fourth"]))
        #expect(refusal(answers) == .list && answers.allSatisfy { $0.promise == nil })
    }

    @Test("it serves nobody that is not among the canvassed itself (R8)")
    func strangerStands() {
        // The asker was wiped after it had been canvassed, and stands under its new identity.
        let answers = prepare([node("asker", 9), Scene.other, Scene.me], names)
        #expect(refusal(answers) == .standing && answers.allSatisfy { $0.promise == nil })
    }

    @Test("a list of eighty founders is met whole")
    func eighty() {
        let others = (1...79).map { node("host\($0)", UInt8($0)) }
        let list = Self.list([Scene.me.name] + others.map(\.name))
        var host = LoneHost(Record(id: RecordID(7), node: Scene.me, origin: .bootstrap(list)))
        host.meet(others, slot: 0)
        #expect(host.replica.view(at: host.now).missing == [])
    }

    @Test("only a founder accepts the first decree (R20)", arguments: [true, false])
    func accepts(_ isFounder: Bool) {
        var host = blank(isFounder ? .bootstrap(names) : .join)
        let ballot = Ballot(round: 1, owner: Scene.asker)
        let request = AcceptRequest(
            accept: Accept(ballot: ballot, slot: 1, value: genesis),
            sentAt: .zero,
            lease: Scene.lease
        )
        let effects = host.hear(.accept(request), slot: 0, from: Scene.asker)
        let expected = isFounder ? [Proposal(ballot: ballot, value: genesis)] : []
        #expect(effects.records.compactMap(\.accepted) == expected)
        #expect(effects.messages.isEmpty == !isFounder)
    }

    @Test("a founder that is shown a decree founds nothing any more, and writes that down (R10)")
    func shown() {
        var host = blank(.bootstrap(names))
        let effects = host.hear(.decided(genesis), slot: 1, from: Scene.asker)
        #expect(effects.records.map(\.origin) == [.join])
    }
}
