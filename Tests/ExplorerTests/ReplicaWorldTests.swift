// SPDX-License-Identifier: Apache-2.0

import Election
import Explorer
import Testing

@Suite("three replicas, every order")
struct ReplicaWorldTests {
    @Test(
        "the worlds of 'electsim explore' hold as far as a test may go",
        arguments: Exploration.all
    )
    func allHold(_ world: Exploration) {
        let findings = world.run(depth: 6)
        #expect(findings.violation == nil, "\(world.name): \(findings.story)")
        #expect(findings.states > 20)
    }

    @Test("who starts without a hold-off lets a second lease begin")
    func noHoldOff() {
        let world = ReplicaWorld(.apart, ticks: 0, crashes: 1)
        let findings = world.explore(Flawed<NoHoldOff>.self, depth: 11)
        #expect(findings.violation?.property == "leasesNeverOverlap", "\(findings)")
        #expect(findings.story.contains { $0.hasSuffix("n2 dies; its page stays") })
    }

    @Test("who grants less than it says lets a second lease begin")
    func halfGrant() {
        let world = ReplicaWorld(.apart, ticks: 1)
        let findings = world.explore(Flawed<HalfGrant>.self, depth: 10)
        #expect(findings.violation?.property == "leasesNeverOverlap", "\(findings)")
    }

    @Test("a drift bound that the clocks do not keep lets a second lease begin")
    func driftTooSmall() {
        let world = ReplicaWorld(.calm, ticks: 2, driftPPM: 0)
        let findings = world.explore(depth: 10)
        #expect(findings.violation?.property == "leasesNeverOverlap", "\(findings)")
    }

    @Test("who forgets a promise gives its word twice")
    func lostPromise() {
        let world = ReplicaWorld(.asleep, ticks: 0, crashes: 1)
        let findings = world.explore(Flawed<LostPromise>.self, depth: 13)
        #expect(findings.violation?.property == "promisesSurvive", "\(findings)")
    }

    @Test("who speaks before the sync says what no disk holds")
    func hasty() {
        let world = ReplicaWorld(.asleep, ticks: 1, syncsLater: true)
        let findings = world.explore(Flawed<Hasty>.self, depth: 8)
        #expect(findings.violation?.property == "durableThenSent", "\(findings)")
    }

    @Test(
        "another comes to lead, and not before it may",
        arguments: [
            (ReplicaWorld(.asleep, ticks: 0), 7), (ReplicaWorld(.calm, ticks: 2), 9),
            (ReplicaWorld(.calm, ticks: 0, order: ReplicaWorld.transfer(to: "n2")), 11),
            (ReplicaWorld(.calm, ticks: 0, order: ReplicaWorld.voters(1)), 5),
        ]
    )
    func another(_ world: ReplicaWorld, _ steps: Int) {
        let findings = world.explore(Flawed<Herald>.self, depth: steps)
        #expect(findings.violation?.property == "noFalseAlarm", "\(world) \(findings)")
        #expect(findings.depth == steps)
        #expect(findings.story.contains { $0.hasSuffix("n2: leads: epoch=2") })
    }
}
