// SPDX-License-Identifier: Apache-2.0

import Paxos
import Testing

/// What the decree chain adds to the paper: slots that open one after another, quorums that change,
/// and promises that outlive both (R6, R9, R11, R13, R14).
@Suite("The chain")
struct ChainTests {
    enum Relation: CaseIterable { case lower, equal, higher }
    enum Held: CaseIterable { case nothing, own, other }

    struct Case: CustomTestStringConvertible {
        let ballot: Relation
        let slot: Relation
        let held: Held
        var testDescription: String { "ballot \(ballot), slot \(slot), accepted \(held)" }
    }

    static let cases = Relation.allCases.flatMap { ballot in
        Relation.allCases.flatMap { slot in
            Held.allCases.map { Case(ballot: ballot, slot: slot, held: $0) }
        }
    }

    /// An acceptor in slot 5 that has promised 10.n2, and a request by n2 or n3 against it.
    private func scene(_ scene: Case) -> (Acceptor<String>, Ballot, Slot) {
        let accepted: Proposal<String>? =
            switch scene.held {
            case .nothing: nil
            case .own: Proposal(ballot: ballot(10, n2), value: "v")
            case .other: Proposal(ballot: ballot(4, n1), value: "u")
            }
        let round: UInt64 =
            switch scene.ballot {
            case .lower: 9
            case .equal: 10
            case .higher: 11
            }
        let slot: Slot =
            switch scene.slot {
            case .lower: 4
            case .equal: 5
            case .higher: 6
            }
        let acceptor = Acceptor(slot: 5, promised: ballot(10, n2), accepted: accepted)
        return (acceptor, ballot(round, n2), slot)
    }

    @Test("prepare, in every relation of ballot and slot (R9)", arguments: cases)
    func prepare(_ it: Case) {
        var (acceptor, asked, slot) = scene(it)
        let before = acceptor
        let answer = acceptor.receive(Prepare(ballot: asked, slot: slot))
        switch (it.slot, it.ballot) {
        case (.lower, _): #expect(answer == .denied(.decided))
        case (.higher, _): #expect(answer == .denied(.behind))
        case (.equal, .lower): #expect(answer == .denied(.preempted(by: ballot(10, n2))))
        case (.equal, _):
            let promise = Promise(ballot: asked, slot: 5, accepted: before.accepted)
            #expect(answer == .promise(promise))
            #expect(acceptor.promised == asked)
            #expect(acceptor.accepted == before.accepted)
            return
        }
        #expect(acceptor == before, "a denial changes nothing")
    }

    @Test("accept, in every relation of ballot and slot (R11)", arguments: cases)
    func accept(_ it: Case) {
        var (acceptor, asked, slot) = scene(it)
        let before = acceptor
        let accept = Accept(ballot: asked, slot: slot, value: "v")
        #expect(!acceptor.contradicts(accept))
        let answer = acceptor.receive(accept)
        switch (it.slot, it.ballot) {
        case (.lower, _): #expect(answer == .denied(.decided))
        case (.higher, _): #expect(answer == .denied(.behind))
        case (.equal, .lower): #expect(answer == .denied(.preempted(by: ballot(10, n2))))
        case (.equal, _):
            #expect(answer == .accepted(Accepted(ballot: asked, slot: 5)))
            #expect(acceptor.promised == asked)
            #expect(acceptor.accepted == Proposal(ballot: asked, value: "v"))
            return
        }
        #expect(acceptor == before, "a denial changes nothing")
    }

    @Test("a repeated request gets the same answer")
    func idempotent() {
        var acceptor = Acceptor<String>()
        let prepare = Prepare(ballot: ballot(1, n1), slot: 1)
        #expect(acceptor.receive(prepare) == acceptor.receive(prepare))
        let accept = Accept(ballot: ballot(1, n1), slot: 1, value: "v")
        #expect(acceptor.receive(accept) == acceptor.receive(accept))
    }

    @Test("a second value under one ballot is seen before it can do harm")
    func contradiction() {
        var acceptor = Acceptor<String>()
        _ = acceptor.receive(Accept(ballot: ballot(1, n1), slot: 1, value: "v"))
        #expect(acceptor.contradicts(Accept(ballot: ballot(1, n1), slot: 1, value: "w")))
    }

    @Test("the promise outlives the slot, the accepted proposal does not (R6)")
    func nextSlot() {
        var acceptor = Acceptor<String>()
        _ = acceptor.receive(Accept(ballot: ballot(1, n1), slot: 1, value: "v"))
        acceptor.open(4)
        #expect(acceptor.slot == 4 && acceptor.accepted == nil)
        #expect(acceptor.promised == ballot(1, n1))
    }

    @Test("a promise for an earlier slot is good for a later one, not the reverse (R13)")
    func promiseCarriesOver() {
        var proposer = Proposer<String>(ballot: ballot(1, n1))
        proposer.receive(Promise(ballot: ballot(1, n1), slot: 3, accepted: nil), from: n2)
        #expect(proposer.hasPromise(of: n2, for: 3) && proposer.hasPromise(of: n2, for: 7))
        #expect(!proposer.hasPromise(of: n2, for: 2))
        proposer.receive(Promise(ballot: ballot(1, n1), slot: 3, accepted: nil), from: n1)
        for slot: Slot in [3, 7] {
            #expect(proposer.isPrepared(for: slot, by: three))
            #expect(proposer.isClear(for: slot, by: three))
        }
        #expect(!proposer.isPrepared(for: 2, by: three) && !proposer.isClear(for: 2, by: three))
    }

    @Test("after a change of voters only the missing promises are fetched (R13)")
    func changedVoters() {
        var proposer = Proposer<String>(ballot: ballot(1, n1))
        for node in [n1, n2] {
            proposer.receive(Promise(ballot: ballot(1, n1), slot: 1, accepted: nil), from: node)
        }
        let five = Quorum(of: [n1, n2, n3, n4, n5])
        #expect(proposer.isPrepared(for: 2, by: three))
        #expect(!proposer.isPrepared(for: 2, by: five))
        proposer.receive(Promise(ballot: ballot(1, n1), slot: 2, accepted: nil), from: n5)
        #expect(proposer.isPrepared(for: 2, by: five))
    }

    @Test("a value reported by a straggler does not unseat a majority that reported none (R14)")
    func straggler() {
        var proposer = Proposer<String>(ballot: ballot(5, n1))
        for node in [n1, n2] {
            proposer.receive(Promise(ballot: ballot(5, n1), slot: 1, accepted: nil), from: node)
        }
        let stale = Proposal(ballot: ballot(2, n3), value: "old")
        proposer.receive(Promise(ballot: ballot(5, n1), slot: 1, accepted: stale), from: n3)
        #expect(proposer.isClear(for: 1, by: three))
        #expect(proposer.propose("own", for: 1, quorum: three).value == "own")
    }

    @Test("with a pending value Phase 1 is complete but not clear (R14, B1)")
    func pending() {
        var proposer = Proposer<String>(ballot: ballot(5, n1))
        let stale = Proposal(ballot: ballot(2, n3), value: "old")
        proposer.receive(Promise(ballot: ballot(5, n1), slot: 1, accepted: stale), from: n3)
        proposer.receive(Promise(ballot: ballot(5, n1), slot: 1, accepted: nil), from: n1)
        #expect(proposer.isPrepared(for: 1, by: three) && !proposer.isClear(for: 1, by: three))
        #expect(proposer.isClear(for: 2, by: three), "for the slot after it says nothing")
    }

    @Test("the founders must all promise, and any report binds (R10)")
    func everyone() {
        let founders = Quorum.everyone(of: [n1, n2, n3])
        var proposer = Proposer<String>(ballot: ballot(5, n1))
        for node in [n1, n2] {
            proposer.receive(Promise(ballot: ballot(5, n1), slot: 1, accepted: nil), from: node)
        }
        #expect(!proposer.isPrepared(for: 1, by: founders))
        let held = Proposal(ballot: ballot(2, n3), value: "held")
        proposer.receive(Promise(ballot: ballot(5, n1), slot: 1, accepted: held), from: n3)
        #expect(proposer.propose("own", for: 1, quorum: founders).value == "held")
    }

    @Test(
        "a majority is more than half",
        arguments: [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 4)]
    )
    func majority(voters: Int, needed: Int) {
        let quorum = Quorum(of: (1...UInt8(voters)).map { node($0) })
        #expect(quorum.needed == needed)
        var count = 0
        #expect(
            quorum.isMet { _ in
                count += 1
                return count <= needed
            }
        )
        #expect(!quorum.isMet { _ in false })
    }

    @Test("no voters, no quorum")
    func nobody() {
        #expect(!Quorum(of: []).isMet { _ in true })
        #expect(Quorum(of: []).reached { _ in 1 } == nil)
        #expect(!Quorum.everyone(of: []).isMet { _ in true })
    }

    @Test("what a quorum reaches is the value that enough voters have at least")
    func reached() {
        let values = [n1: 10, n2: 30, n3: 20]
        #expect(three.reached { values[$0] } == 20)
        #expect(three.reached { $0 == n1 ? 10 : nil } == nil)
    }

    @Test("a learner jumps forward, never back (R6)")
    func learner() {
        var learner = Learner<String>()
        #expect(learner.learn("3:v") && learner.slot == 3)
        #expect(!learner.learn("2:u") && learner.decided == "3:v")
        #expect(learner.contradicts("3:w") && !learner.contradicts("3:v"))
    }

    @Test("keys are ordered as their bytes are, and survive the way to bytes and back")
    func keys() {
        let bytes = (0..<32).map { UInt8($0 * 7) }
        #expect(PublicKey(bytes)?.bytes == bytes)
        #expect(PublicKey(bytes.dropLast()) == nil)
        #expect(n1.key < n2.key)
    }
}
