// SPDX-License-Identifier: Apache-2.0

import Paxos
import Testing

@testable import Election

/// Who goes first.
@Suite struct SuccessionTests {
    private func decree(_ change: (inout [Member]) -> Void) -> Decree {
        var state = Fixture.decree(5).state
        state.members.append(Member(id: Fixture.nodes[3]))
        change(&state.members)
        return Decree(state, digest: QuickDigest.self)
    }

    private func ranks(_ decree: Decree, present: Bool) -> [Int] {
        Fixture.nodes.map { Succession.rank(of: $0, by: decree, leaderIsPresent: present) }
    }

    @Test("the leader that is there goes first, then by list")
    func byList() {
        let decree = decree { _ in }
        #expect(ranks(decree, present: true) == [0, 1, 2, 3])
        #expect(ranks(decree, present: false) == [0, 0, 1, 2])
        #expect(Succession.heirs(of: decree) == Array(Fixture.nodes[1...]))
    }

    @Test("a higher priority goes before the list; who may not lead takes no place")
    func byPriority() {
        let decree = decree {
            $0[1].role = .witness
            $0[3].priority = 200
        }
        #expect(Succession.heirs(of: decree) == [Fixture.nodes[3], Fixture.n3])
        #expect(Succession.rank(of: Fixture.n3, by: decree, leaderIsPresent: false) == 1)
    }

    @Test("who is down goes behind everybody who is up")
    func down() {
        let decree = decree { $0[1].isUp = false }
        #expect(ranks(decree, present: false) == [0, 2, 0, 1])
    }

    @Test("a step is two round trips and four syncs, at least 5 ms and at most half a lease")
    func step() {
        func step(roundTrip: Int64, sync: Int64) -> Span {
            Succession.step(
                roundTrip: .milliseconds(roundTrip),
                sync: .milliseconds(sync),
                lease: .milliseconds(500)
            )
        }
        #expect(step(roundTrip: 0, sync: 0) == .milliseconds(5))
        #expect(step(roundTrip: 3, sync: 2) == .milliseconds(2 * 3 + 4 * 2))
        #expect(step(roundTrip: 3, sync: 70) == .milliseconds(250))
    }
}
