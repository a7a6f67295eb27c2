// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// The doorman stands before Prepare, Accept and Heartbeat alike (R8), and knows identities (R2).
@Suite struct GuardTests {
    private static func prepare(_ ballot: Ballot, _: Decree) -> Message.Body {
        .prepare(PrepareRequest(prepare: Prepare(ballot: ballot, slot: 6)))
    }

    private static func accept(_ ballot: Ballot, _ decided: Decree) -> Message.Body {
        let decree = Fixture.decree(6, after: decided)
        return .accept(
            AcceptRequest(
                accept: Accept(ballot: ballot, slot: 6, value: decree),
                sentAt: Instant(nanoseconds: 1),
                lease: Fixture.lease
            )
        )
    }

    private static func heartbeat(_ ballot: Ballot, _: Decree) -> Message.Body {
        .heartbeat(
            Heartbeat(
                ballot: ballot,
                slot: 5,
                sentAt: Instant(nanoseconds: 1),
                lease: Fixture.lease,
                leaseLeft: .zero
            )
        )
    }

    enum Request: String, CaseIterable, Sendable {
        case prepare, accept, heartbeat

        func body(_ ballot: Ballot, _ decided: Decree) -> Message.Body {
            switch self {
            case .prepare: GuardTests.prepare(ballot, decided)
            case .accept: GuardTests.accept(ballot, decided)
            case .heartbeat: GuardTests.heartbeat(ballot, decided)
            }
        }
    }

    @Test("while a grant runs, nobody else is served (R8)", arguments: Request.allCases)
    func bound(request: Request) {
        var fixture = Fixture(role: .voter)
        _ = fixture.receive(Self.heartbeat(Fixture.promised, fixture.decided))
        let body = request.body(Ballot(round: 9, owner: Fixture.n3), fixture.decided)
        #expect(Said(fixture.receive(body, from: Fixture.n3), to: Fixture.n3) == .refuse(.bound))
    }

    @Test("who may never lead is not served, voter or not (R8)", arguments: Request.allCases)
    func witness(request: Request) {
        var fixture = Fixture(role: .voter, other: .witness)
        let body = request.body(Ballot(round: 9, owner: Fixture.n3), fixture.decided)
        #expect(
            Said(fixture.receive(body, from: Fixture.n3), to: Fixture.n3) == .refuse(.standing)
        )
    }

    @Test("a host that was wiped is another one, under the same name (R2)", arguments: Request.allCases)
    func wiped(request: Request) {
        var fixture = Fixture(role: .voter)
        let reborn = NodeID(name: Fixture.n1.name, key: Fixture.nodes[3].key)
        let body = request.body(Ballot(round: 9, owner: reborn), fixture.decided)
        #expect(Said(fixture.receive(body, from: reborn), to: reborn) == .refuse(.standing))
    }
}
