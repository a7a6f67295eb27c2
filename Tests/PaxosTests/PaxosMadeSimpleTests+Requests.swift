// SPDX-License-Identifier: Apache-2.0

import Paxos
import Testing

// "Paxos Made Simple", the rest of 2.2: what an acceptor may do with a request, and a proposer with
// its proposal, at any time and without harm.

extension PaxosMadeSimpleTests {
    @Test("2.2: an acceptor can always answer a prepare request, and loses nothing by it")
    func answersEveryPrepare() {
        for hasAccepted in [false, true] {
            for round in UInt64(1)...9 {
                var acceptor = Acceptor<String>()
                if hasAccepted {
                    _ = acceptor.receive(Accept(ballot: ballot(3, n1), slot: 1, value: "v"))
                }
                _ = acceptor.receive(Prepare(ballot: ballot(5, n2), slot: 1))
                let held = acceptor.accepted
                let asked = ballot(round, n3)
                let answer = acceptor.receive(Prepare(ballot: asked, slot: 1))
                if asked < ballot(5, n2) {
                    #expect(answer == .denied(.preempted(by: ballot(5, n2))))
                    #expect(acceptor.promised == ballot(5, n2))
                } else {
                    #expect(answer == .promise(Promise(ballot: asked, slot: 1, accepted: held)))
                    #expect(acceptor.promised == asked)
                }
                #expect(acceptor.accepted == held)
                // The paper lets it ignore one that it has promised, or accepted under, already.
                // Here the answer may have been lost: so the same request gets the same one.
                let again = acceptor.receive(Prepare(ballot: asked, slot: 1))
                #expect(again == answer)
            }
        }
    }

    @Test("2.2: an acceptor can ignore any request, and no two values are chosen")
    func ignoresAnything() {
        var outcomes: Set<[String?]> = []
        let some = [[], [n1], [n2], [n1, n2], [n3], [n1, n3], [n2, n3], [n1, n2, n3]]
        // Which of the two proposers has its next phase; then who of the three hears each phase.
        let orders = [
            [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0],
        ]
        for order in orders {
            for choice in 0..<(8 * 8 * 8 * 8) {
                let hearers = (0..<4).map { some[choice >> ($0 * 3) & 7] }
                let chosen = play(order, heardBy: hearers)
                outcomes.insert(chosen)
                if let one = chosen[0], let other = chosen[1] {
                    #expect(one == other, "\(order), \(choice)")
                }
            }
        }
        // Nobody, one of the two, or both the first one's: all of it did happen.
        #expect(outcomes == [[nil, nil], ["v", nil], [nil, "v"], [nil, "w"], ["v", "v"]])
    }

    /// Two proposers, each phase heard by some acceptors and ignored by the others; what each of the
    /// two finds to be chosen.
    private func play(_ order: [Int], heardBy hearers: [[NodeID]]) -> [String?] {
        var assembly = Assembly([n1, n2, n3])
        var proposers = [
            Proposer<String>(ballot: ballot(1, n1)), Proposer<String>(ballot: ballot(2, n3)),
        ]
        var hasAsked = [false, false]
        for (turn, nodes) in zip(order, hearers) {
            if !hasAsked[turn] {
                hasAsked[turn] = true
                assembly.prepare(&proposers[turn], at: nodes)
            } else if proposers[turn].isPrepared(for: 1, by: three) {
                assembly.accept(&proposers[turn], ["v", "w"][turn], at: nodes)
            }
        }
        return proposers.map { $0.chosen(by: three) }
    }

    @Test("2.2: a proposal can be abandoned; what arrives of it long after does no harm")
    func abandoned() {
        var assembly = Assembly([n1, n2, n3])
        var first = Proposer<String>(ballot: ballot(1, n1))
        let slow = Prepare(ballot: ballot(1, n1), slot: 1)
        assembly.prepare(&first, at: [n1, n2])
        let accept = first.propose("v", for: 1, quorum: three)

        var second = Proposer<String>(ballot: ballot(2, n2))
        assembly.prepare(&second, at: [n2, n3])
        assembly.accept(&second, "w", at: [n2, n3])
        #expect(second.chosen(by: three) == "w")

        // Requests: only who never heard of the second takes one in, and it is too few.
        let late = Accepted(ballot: ballot(1, n1), slot: 1)
        let prepared = assembly.acceptors[n3]?.receive(slow)
        #expect(prepared == .denied(.preempted(by: ballot(2, n2))))
        for node in [n1, n2, n3] {
            let answer = assembly.acceptors[node]?.receive(accept)
            #expect(
                answer == (node == n1 ? .accepted(late) : .denied(.preempted(by: ballot(2, n2))))
            )
        }
        // Responses: nobody who asked under another number counts them.
        var third = Proposer<String>(ballot: ballot(3, n1))
        for node in [n1, n2, n3] {
            third.receive(Promise(ballot: ballot(1, n1), slot: 1, accepted: nil), from: node)
        }
        #expect(!third.isPrepared(for: 1, by: three))
        assembly.prepare(&third, at: [n1, n3])
        let issued = third.propose("x", for: 1, quorum: three)
        for node in [n1, n2, n3] { third.receive(late, from: node) }
        #expect(issued.value == "w")
        #expect(third.chosen(by: three) == nil)
    }

    @Test(
        "2.2: an acceptor that ignores a prepare or an accept because of a higher promise tells so"
    )
    func tellsTheProposer() {
        var acceptor = Acceptor<String>()
        _ = acceptor.receive(Prepare(ballot: ballot(7, n2), slot: 1))
        let prepared = acceptor.receive(Prepare(ballot: ballot(6, n3), slot: 1))
        #expect(prepared == .denied(.preempted(by: ballot(7, n2))))
        let accepted = acceptor.receive(Accept(ballot: ballot(6, n3), slot: 1, value: "v"))
        #expect(accepted == .denied(.preempted(by: ballot(7, n2))))
    }
}
