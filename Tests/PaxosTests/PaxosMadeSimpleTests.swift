// SPDX-License-Identifier: Apache-2.0

import Paxos
import Testing

/// Lamport, "Paxos Made Simple", 2001: a test for each sentence that states a rule. Here is how a
/// value is chosen (2.1, 2.2); what becomes of a request, and what comes after, have a file each. 2.5
/// speaks of disks, so its tests are where records are (`StableStorageTests`).
@Suite("Paxos Made Simple")
struct PaxosMadeSimpleTests {
    let majorities = [[n1, n2], [n2, n3], [n1, n3]]

    @Test("2.1: only a value that has been proposed may be chosen")
    func onlyProposedValues() {
        var assembly = Assembly([n1, n2, n3])
        var proposer = Proposer<String>(ballot: ballot(1, n1))
        #expect(proposer.chosen(by: three) == nil)
        assembly.prepare(&proposer, at: [n1, n2])
        #expect(proposer.chosen(by: three) == nil, "nothing is proposed yet")
        assembly.accept(&proposer, "v", at: [n1, n2])
        #expect(proposer.chosen(by: three) == "v")
    }

    @Test("2.1: only a single value is chosen")
    func onlyOneValue() {
        var assembly = Assembly([n1, n2, n3])
        var first = Proposer<String>(ballot: ballot(1, n1))
        assembly.prepare(&first, at: [n1, n2])
        assembly.accept(&first, "v", at: [n1, n2])
        var second = Proposer<String>(ballot: ballot(2, n3))
        assembly.prepare(&second, at: [n2, n3])
        assembly.accept(&second, "w", at: [n2, n3])
        #expect(first.chosen(by: three) == "v")
        #expect(second.chosen(by: three) == "v", "it had to adopt what may have been chosen")
    }

    @Test("2.1: a process never learns a value unless it has been chosen")
    func noFalseLearning() {
        var proposer = Proposer<String>(ballot: ballot(1, n1))
        var assembly = Assembly([n1, n2, n3])
        assembly.prepare(&proposer, at: [n1, n2, n3])
        assembly.accept(&proposer, "v", at: [n1])
        #expect(proposer.chosen(by: three) == nil)
        proposer.receive(Accepted(ballot: ballot(1, n1), slot: 1), from: n1)
        #expect(proposer.chosen(by: three) == nil, "one acceptance counted twice is one")
        proposer.receive(Accepted(ballot: ballot(1, n1), slot: 1), from: n4)
        #expect(proposer.chosen(by: three) == nil, "n4 is no acceptor of this slot")
        proposer.receive(Accepted(ballot: ballot(2, n2), slot: 1), from: n2)
        #expect(proposer.chosen(by: three) == nil, "another ballot's acceptance")
    }

    @Test("2.2, P1: an acceptor must accept the first proposal that it receives")
    func acceptsTheFirst() {
        var acceptor = Acceptor<String>()
        let accept = Accept(ballot: ballot(1, n1), slot: 1, value: "v")
        #expect(acceptor.receive(accept) == .accepted(Accepted(ballot: ballot(1, n1), slot: 1)))
        #expect(acceptor.accepted == Proposal(ballot: ballot(1, n1), value: "v"))
    }

    @Test("2.2: different proposals have different numbers")
    func numbersDiffer() {
        #expect(ballot(1, n1) != ballot(1, n2))
        #expect(ballot(1, n1) < ballot(1, n2), "of one round the owner decides")
        #expect(ballot(1, n3) < ballot(2, n1), "the round comes first")
    }

    @Test("2.2: a value is chosen when a majority has accepted one proposal with it")
    func majorityChooses() {
        var assembly = Assembly([n1, n2, n3])
        var proposer = Proposer<String>(ballot: ballot(1, n1))
        assembly.prepare(&proposer, at: [n1, n2, n3])
        assembly.accept(&proposer, "v", at: [n1])
        #expect(proposer.chosen(by: three) == nil)
        assembly.accept(&proposer, "v", at: [n3])
        #expect(proposer.chosen(by: three) == "v")
    }

    @Test("2.2, P2: every higher-numbered proposal that is chosen has the chosen value")
    func chosenStays() {
        var assembly = Assembly([n1, n2, n3])
        var first = Proposer<String>(ballot: ballot(1, n1))
        assembly.prepare(&first, at: [n1, n2, n3])
        assembly.accept(&first, "v", at: [n1, n2])
        for round in UInt64(2)...9 {
            var next = Proposer<String>(ballot: ballot(round, n3))
            let who = majorities[Int(round) % 3]
            assembly.prepare(&next, at: who)
            assembly.accept(&next, "w\(round)", at: who)
            #expect(next.chosen(by: three) == "v", "round \(round)")
        }
    }

    @Test("2.2, P2c (a): a majority that accepted nothing leaves the value free")
    func freeValue() {
        var assembly = Assembly([n1, n2, n3])
        var lost = Proposer<String>(ballot: ballot(1, n1))
        assembly.prepare(&lost, at: [n1, n2])
        assembly.accept(&lost, "v", at: [n1])
        var next = Proposer<String>(ballot: ballot(2, n2))
        assembly.prepare(&next, at: [n2, n3])
        #expect(next.pending(for: 1, by: three) == nil)
        #expect(next.propose("w", for: 1, quorum: three).value == "w")
    }

    @Test("2.2, P2c (b): the value is that of the highest-numbered proposal accepted")
    func highestReportedWins() {
        var proposer = Proposer<String>(ballot: ballot(9, n1))
        let old = Proposal(ballot: ballot(2, n2), value: "old")
        let new = Proposal(ballot: ballot(5, n3), value: "new")
        proposer.receive(Promise(ballot: ballot(9, n1), slot: 1, accepted: new), from: n2)
        proposer.receive(Promise(ballot: ballot(9, n1), slot: 1, accepted: old), from: n3)
        #expect(proposer.propose("own", for: 1, quorum: three).value == "new")
    }

    @Test("2.2: a promise never again to accept a proposal numbered less than n")
    func promiseHolds() {
        var acceptor = Acceptor<String>()
        _ = acceptor.receive(Prepare(ballot: ballot(3, n1), slot: 1))
        let lower = Accept(ballot: ballot(2, n3), slot: 1, value: "v")
        #expect(acceptor.receive(lower) == .denied(.preempted(by: ballot(3, n1))))
        #expect(acceptor.accepted == nil)
    }

    @Test("2.2: it answers with the highest-numbered proposal it has accepted, if any")
    func reportsWhatItAccepted() {
        var acceptor = Acceptor<String>()
        _ = acceptor.receive(Accept(ballot: ballot(1, n1), slot: 1, value: "v"))
        _ = acceptor.receive(Accept(ballot: ballot(2, n2), slot: 1, value: "w"))
        let answer = acceptor.receive(Prepare(ballot: ballot(3, n3), slot: 1))
        let accepted = Proposal(ballot: ballot(2, n2), value: "w")
        let promise = Promise(ballot: ballot(3, n3), slot: 1, accepted: accepted)
        #expect(answer == .promise(promise))
    }

    @Test("2.2, P1a: it can accept n iff it has not answered a prepare greater than n")
    func acceptsUnlessPreempted() {
        for (promised, asked, isTaken) in [(1, 1, true), (1, 2, true), (2, 1, false)] {
            var acceptor = Acceptor<String>()
            _ = acceptor.receive(Prepare(ballot: ballot(UInt64(promised), n1), slot: 1))
            let accept = Accept(ballot: ballot(UInt64(asked), n1), slot: 1, value: "v")
            _ = acceptor.receive(accept)
            #expect((acceptor.accepted != nil) == isTaken, "\(asked) after \(promised)")
        }
    }

    @Test("2.2: the acceptor remembers its promise and its proposal even if it restarts")
    func memoryIsTwoThings() {
        var acceptor = Acceptor<String>()
        _ = acceptor.receive(Accept(ballot: ballot(2, n2), slot: 1, value: "v"))
        _ = acceptor.receive(Prepare(ballot: ballot(4, n1), slot: 1))
        var restarted = Acceptor(
            slot: acceptor.slot,
            promised: acceptor.promised,
            accepted: acceptor.accepted
        )
        let late = Accept(ballot: ballot(3, n3), slot: 1, value: "w")
        #expect(restarted.receive(late) == acceptor.receive(late))
        #expect(restarted == acceptor)
    }

    @Test("2.2: phase 2 needs a response to the prepare from a majority of acceptors")
    func noPhaseTwoWithoutPhaseOne() async {
        var proposer = Proposer<String>(ballot: ballot(1, n1))
        proposer.receive(Promise(ballot: ballot(1, n1), slot: 1, accepted: nil), from: n1)
        #expect(!proposer.isPrepared(for: 1, by: three))
        proposer.receive(Promise(ballot: ballot(1, n1), slot: 1, accepted: nil), from: n1)
        #expect(!proposer.isPrepared(for: 1, by: three), "the same acceptor again is no majority")
        proposer.receive(Promise(ballot: ballot(2, n2), slot: 1, accepted: nil), from: n2)
        #expect(!proposer.isPrepared(for: 1, by: three), "a promise to another is none to us")
        await #expect(processExitsWith: .failure) {
            var proposer = Proposer<String>(ballot: ballot(1, n1))
            _ = proposer.propose("v", for: 1, quorum: three)
        }
    }

    @Test("2.2: a proposer makes one proposal under a number, whatever it is asked later")
    func oneValuePerBallot() {
        var assembly = Assembly([n1, n2, n3])
        var proposer = Proposer<String>(ballot: ballot(1, n1))
        assembly.prepare(&proposer, at: [n1, n2])
        let first = proposer.propose("v", for: 1, quorum: three)
        #expect(proposer.propose("w", for: 1, quorum: three) == first)
    }

    /// "v" is chosen. n3 has accepted another value, of a lower number, and hears nothing of the choice.
    private func chosenBesideAnother() -> Assembly {
        var assembly = Assembly([n1, n2, n3])
        var lost = Proposer<String>(ballot: ballot(1, n3))
        assembly.prepare(&lost, at: [n1, n2, n3])
        assembly.accept(&lost, "u", at: [n3])
        var first = Proposer<String>(ballot: ballot(2, n1))
        assembly.prepare(&first, at: [n1, n2])
        assembly.accept(&first, "v", at: [n1, n2])
        #expect(first.chosen(by: three) == "v")
        return assembly
    }

    @Test("2.2, P2a: every higher-numbered proposal that an acceptor accepts has the chosen value")
    func acceptedStays() {
        for majority in majorities {
            var assembly = chosenBesideAnother()
            var next = Proposer<String>(ballot: ballot(3, n3))
            assembly.prepare(&next, at: majority)
            assembly.accept(&next, "w", at: [n1, n2, n3])
            for node in [n1, n2, n3] {
                let accepted = Proposal(ballot: ballot(3, n3), value: "v")
                #expect(assembly.acceptors[node]?.accepted == accepted, "\(node) by \(majority)")
            }
        }
    }

    @Test("2.2, P2b: every higher-numbered proposal that a proposer issues has the chosen value")
    func issuedStays() {
        var assembly = chosenBesideAnother()
        // Nobody accepts what these issue: none of them has more to go by than the first.
        for round in UInt64(3)...11 {
            let majority = majorities[Int(round) % 3]
            var next = Proposer<String>(ballot: ballot(round, [n1, n2, n3][Int(round / 3) % 3]))
            assembly.prepare(&next, at: majority)
            let issued = next.propose("w\(round)", for: 1, quorum: three)
            #expect(issued.value == "v", "round \(round) by \(majority)")
        }
    }
}
