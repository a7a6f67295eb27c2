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
    private func blank(_ origin: Origin) -> Replica<ToyDigest> {
        var replica = Replica<ToyDigest>(seed: 1)
        let start = Recovered(
            record: Record(id: RecordID(7), node: Scene.me, origin: origin),
            member: Member(id: Scene.me),
            clusterName: "test",
            settings: Settings(),
            run: 42
        )
        _ = replica.step(.started(start), at: Scene.start)
        for peer in [Scene.asker, Scene.other] {
            let hello = Hello(run: 1, writeNumber: 1, heard: [], versions: 1...1)
            _ = replica.step(received(.hello(hello), from: peer), at: Scene.start)
        }
        return replica
    }

    private func received(
        _ body: Message.Body,
        from node: NodeID = Scene.asker,
        slot: Slot = 0
    ) -> Input {
        .received(Message(cluster: nil, slot: slot, body: body), from: node, session: .zero)
    }

    /// What comes of a Prepare of slot 1 for these identities, by a founder with this list.
    private func prepare(_ ids: [NodeID], _ list: InitialList) -> [Message.Body] {
        var replica = blank(.bootstrap(names))
        let request = PrepareRequest(
            prepare: Prepare(ballot: Ballot(round: 1, owner: Scene.asker), slot: 1),
            genesis: PrepareRequest.Genesis(ids: ids, list: list.digest(ToyDigest.self))
        )
        return replica.step(received(.prepare(request)), at: Scene.start).messages
            .map(\.message.body)
    }

    private func isPromise(_ body: Message.Body) -> Bool {
        if case .promise = body { return true }
        return false
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
        var replica = blank(.bootstrap(names))
        func told(_ slot: Slot) -> [Event] {
            replica.step(received(.decided(decree), slot: slot), at: Scene.start).events.map(
                \.event
            )
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
            func ask(_ slot: Slot) -> [Event] {
                let canvass = Canvass(list: list.isEmpty ? nil : ToyDigest.digest([2]), names: list)
                let message = Message(cluster: nil, slot: slot, body: .canvass(canvass))
                let input = Input.received(message, from: sender, session: .zero)
                return scene.replica.step(input, at: scene.now).events.map(\.event)
            }
            let event = Event.foundedBefore(late, theirs: list, ours: ours)
            #expect(ask(0).contains(event) == isTold, "\(sender) with \(list)")
            #expect(!ask(0).contains(event), "once")
        }
    }

    @Test("a founder promises slot 1 to a founder that names it and has its list (R10)")
    func listed() {
        #expect(prepare(Self.all, names).contains(where: isPromise))
    }

    @Test("it refuses where its identity is not among those that were canvassed (R10, B5)")
    func notListed() {
        // The host as it was before it was wiped.
        let answers = prepare([Scene.asker, Scene.other, node("me", 9)], names)
        #expect(refusal(answers) == .list)
        #expect(!answers.contains(where: isPromise))
    }

    @Test("it refuses where the other was given another list of names (R10)")
    func otherList() {
        let answers = prepare(Self.all, Self.list(names.names + ["fourth"]))
        #expect(refusal(answers) == .list)
        #expect(!answers.contains(where: isPromise))
    }

    @Test("it serves nobody that is not among the canvassed itself (R8)")
    func strangerStands() {
        // The asker was wiped after it had been canvassed, and stands under its new identity.
        let answers = prepare([node("asker", 9), Scene.other, Scene.me], names)
        #expect(refusal(answers) == .standing)
        #expect(!answers.contains(where: isPromise))
    }

    @Test("a list of eighty founders is met whole")
    func eighty() {
        let others = (1...79).map { node("host\($0)", UInt8($0)) }
        let list = Self.list([Scene.me.name] + others.map(\.name))
        var replica = Replica<ToyDigest>(seed: 1)
        let start = Recovered(
            record: Record(id: RecordID(7), node: Scene.me, origin: .bootstrap(list)),
            member: Member(id: Scene.me),
            clusterName: "test",
            settings: Settings(),
            run: 42
        )
        _ = replica.step(.started(start), at: Scene.start)
        for (at, other) in others.enumerated() {
            let hello = Hello(run: 1, writeNumber: 1, heard: [], versions: 1...1)
            let now = Scene.start + .milliseconds(at)
            _ = replica.step(received(.hello(hello), from: other), at: now)
        }
        #expect(replica.view(at: Scene.start + .milliseconds(100)).missing == [])
    }

    @Test("only a founder accepts the first decree (R20)", arguments: [true, false])
    func accepts(_ isFounder: Bool) {
        var replica = blank(isFounder ? .bootstrap(names) : .join)
        let ballot = Ballot(round: 1, owner: Scene.asker)
        let request = AcceptRequest(
            accept: Accept(ballot: ballot, slot: 1, value: genesis),
            sentAt: .zero,
            lease: Scene.lease
        )
        let effects = replica.step(received(.accept(request)), at: Scene.start)
        let expected = isFounder ? [Proposal(ballot: ballot, value: genesis)] : []
        #expect(effects.records.compactMap(\.accepted) == expected)
        #expect(effects.messages.isEmpty == !isFounder)
    }

    @Test("a founder that is shown a decree founds nothing any more, and writes that down (R10)")
    func shown() {
        var replica = blank(.bootstrap(names))
        let effects = replica.step(received(.decided(genesis), slot: 1), at: Scene.start)
        #expect(effects.records.map(\.origin) == [.join])
    }
}
