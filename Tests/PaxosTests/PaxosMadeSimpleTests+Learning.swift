// SPDX-License-Identifier: Apache-2.0

import Paxos
import Testing

// "Paxos Made Simple" once a value is chosen: how others learn it (2.3), why proposers do not stand
// in one another's way for ever (2.4), and how one instance follows another (3).

extension PaxosMadeSimpleTests {
    @Test("2.3: a learner must find out that a majority has accepted; one place counts for all")
    func learnsFromWhoCounted() {
        var assembly = Assembly([n1, n2, n3])
        var proposer = Proposer<String>(ballot: ballot(1, n1))
        var learners = [n1, n2, n3].map { _ in Learner<String>() }
        assembly.prepare(&proposer, at: [n1, n2])
        // The proposer is the distinguished learner: acceptors answer it, and it tells the others.
        assembly.accept(&proposer, "1:v", at: [n1])
        #expect(proposer.chosen(by: three) == nil, "one has accepted: there is nothing to tell")
        assembly.accept(&proposer, "1:v", at: [n3])
        let told = proposer.chosen(by: three)
        #expect(told == "1:v")
        for at in learners.indices {
            let isNews = told.map { learners[at].learn($0) }
            #expect(isNews == true)
            #expect(learners[at].decided == "1:v")
        }
    }

    @Test("2.3: a value may be chosen and nobody find out; with an acceptor lost nobody can tell")
    func chosenUnheard() {
        // In one of the two the value is chosen. Who asks n1 and n3, with n2 gone, hears the same.
        let heard = [[n1, n2], [n1]].map { hearers in
            var assembly = Assembly([n1, n2, n3])
            var proposer = Proposer<String>(ballot: ballot(1, n1))
            assembly.prepare(&proposer, at: [n1, n2])
            let accept = proposer.propose("1:v", for: 1, quorum: three)
            // The answers are lost.
            for node in hearers { _ = assembly.acceptors[node]?.receive(accept) }
            #expect(proposer.chosen(by: three) == nil)
            #expect((assembly.chosen == "1:v") == (hearers.count == 2))
            return [n1, n3].map { assembly.acceptors[$0] }
        }
        #expect(heard[0] == heard[1])
    }

    @Test("2.3: a learner that needs to know has a proposer issue a proposal")
    func learnsByProposing() {
        for hearers in [[n1, n2], [n2, n3], [n1]] {
            var assembly = Assembly([n1, n2, n3])
            var lost = Proposer<String>(ballot: ballot(1, n1))
            assembly.prepare(&lost, at: [n1, n2])
            let accept = lost.propose("1:v", for: 1, quorum: three)
            for node in hearers { _ = assembly.acceptors[node]?.receive(accept) }
            // n2 is gone. Whatever n1 and n3 can say, afterwards something is known to be chosen.
            var proposer = Proposer<String>(ballot: ballot(2, n3))
            var learner = Learner<String>()
            assembly.prepare(&proposer, at: [n1, n3])
            assembly.accept(&proposer, "1:w", at: [n1, n3])
            guard let chosen = proposer.chosen(by: three) else {
                Issue.record("nothing is chosen")
                continue
            }
            let isNews = learner.learn(chosen)
            #expect(isNews)
            #expect(learner.decided == "1:v", "accepted by \(hearers)")
        }
    }

    @Test("2.4: a proposer that tries again above what it was told of gets through")
    func goesHigher() {
        var assembly = Assembly([n1, n2, n3])
        var rival = Proposer<String>(ballot: ballot(40, n2))
        assembly.prepare(&rival, at: [n1, n2, n3])
        var told = Ballot.zero
        for node in [n1, n2] {
            let prepare = Prepare(ballot: ballot(1, n1), slot: 1)
            if case .denied(.preempted(let by)) = assembly.acceptors[node]?.receive(prepare) {
                told = max(told, by)
            }
        }
        var proposer = Proposer<String>(ballot: ballot(told.round + 1, n1))
        assembly.prepare(&proposer, at: [n1, n2])
        assembly.accept(&proposer, "v", at: [n1, n2])
        #expect(proposer.chosen(by: three) == "v")
    }

    @Test("2.4: two proposers may keep on preempting one another; the last one gets through")
    func duelEndsWithTheDuel() {
        var assembly = Assembly([n1, n2, n3])
        var duellists = [
            Proposer<String>(ballot: ballot(1, n1)), Proposer<String>(ballot: ballot(2, n2)),
        ]
        assembly.prepare(&duellists[0], at: [n1, n2, n3])
        for round in UInt64(2)...20 {
            let (now, before) = (Int(round + 1) % 2, Int(round) % 2)
            duellists[now] = Proposer(ballot: ballot(round, [n1, n2][now]))
            assembly.prepare(&duellists[now], at: [n1, n2, n3])
            assembly.accept(&duellists[before], "v\(before)", at: [n1, n2, n3])
            #expect(assembly.chosen == nil, "round \(round) came in between")
        }
        assembly.accept(&duellists[1], "v", at: [n1, n2, n3])
        #expect(duellists[1].chosen(by: three) == "v")
    }

    @Test("3: phase 1 once serves every later instance")
    func phaseOneOnce() {
        var assembly = Assembly([n1, n2, n3])
        var leader = Proposer<String>(ballot: ballot(1, n1))
        assembly.prepare(&leader, at: [n1, n2])
        for slot in Slot(1)...5 {
            #expect(leader.isClear(for: slot, by: three))
            assembly.accept(&leader, "\(slot):v", slot: slot, at: [n1, n2])
            #expect(leader.chosen(by: three) == "\(slot):v")
            for node in [n1, n2, n3] { assembly.acceptors[node]?.open(slot + 1) }
        }
    }
}
