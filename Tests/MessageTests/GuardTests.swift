// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// The doorman stands before Prepare, Accept and Heartbeat alike (R8), and knows identities (R2).
@Suite("whom a voter serves")
struct GuardTests {
    enum Request: String, CaseIterable, Sendable {
        case prepare, accept, heartbeat

        /// The request under this ballot, higher than any that was promised.
        func body(_ ballot: Ballot, _ scene: Scene) -> Message.Body {
            switch self {
            case .prepare:
                .prepare(PrepareRequest(prepare: Prepare(ballot: ballot, slot: 6)))
            case .accept:
                .accept(
                    AcceptRequest(
                        accept: Accept(ballot: ballot, slot: 6, value: scene.proposal),
                        sentAt: .zero,
                        lease: Scene.lease
                    )
                )
            case .heartbeat:
                .heartbeat(
                    Heartbeat(
                        ballot: ballot,
                        slot: 5,
                        sentAt: .zero,
                        lease: Scene.lease,
                        leaseLeft: .zero
                    )
                )
            }
        }
    }

    /// What `sender` is refused with when it asks; nil if it is served.
    private func refused(
        _ request: Request,
        by sender: NodeID,
        _ scene: inout Scene
    ) -> Refusal.Reason? {
        let body = request.body(Ballot(round: 20, owner: sender), scene)
        let effects = scene.receive(body, slot: 5, from: sender)
        return refusal(scene.answers(effects, to: sender))
    }

    @Test("while a grant runs, nobody else is served (R8)", arguments: Request.allCases)
    func bound(_ request: Request) {
        var scene = Scene(.voter)
        #expect(refused(.heartbeat, by: Scene.asker, &scene) == nil)
        #expect(refused(request, by: Scene.other, &scene) == .bound)
    }

    @Test("who may never lead is not served, voter or not (R8)", arguments: Request.allCases)
    func witness(_ request: Request) {
        var scene = Scene(.voter, third: .witness)
        #expect(refused(request, by: Scene.other, &scene) == .standing)
    }

    @Test(
        "a host that was wiped is another one under its old name (R2)",
        arguments: Request.allCases
    )
    func wiped(_ request: Request) {
        var scene = Scene(.voter)
        let reborn = node(Scene.asker.name, 9)
        #expect(refused(request, by: reborn, &scene) == .standing)
    }
}
