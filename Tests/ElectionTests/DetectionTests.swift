// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// Older images and copies: what makes a host suspect one, and what must not (R23).
@Suite struct DetectionTests {
    private func hello(run: UInt64) -> Message.Body {
        .hello(Hello(run: run, writeNumber: 1, heard: [], versions: 1...1))
    }

    @Test("a later write of its own in the leader's table shows a host that it is an older image")
    func table() {
        for (told, isOlder) in [(UInt64(9), false), (10, true)] {
            var fixture = Fixture(role: .voter)
            let entry = Heartbeat.TableEntry(writeNumber: told, isHeard: true)
            let heartbeat = Heartbeat(
                ballot: Fixture.promised,
                slot: 5,
                sentAt: Instant(nanoseconds: 1),
                lease: Fixture.lease,
                leaseLeft: .zero,
                table: [entry, entry, entry]
            )
            let effects = fixture.receive(.heartbeat(heartbeat))
            let event = Event.olderImage(told: told, own: 9, by: Fixture.n1)
            #expect(effects.events.contains { $0.event == event } == isOlder)
            #expect((Said(effects) == .nothing) == isOlder, "and it votes no more")
        }
    }

    @Test(
        "a replaced run that comes back is a copy, unless its greeting was under way for long",
        arguments: [true, false]
    )
    func back(isNew: Bool) {
        var fixture = Fixture(role: .voter)
        func greet(_ run: UInt64, begun: Int, at now: Int) -> [Event] {
            let message = Message(cluster: fixture.decided.cluster, slot: 5, body: hello(run: run))
            return fixture.replica.step(
                .received(
                    message,
                    from: Fixture.n1,
                    session: Fixture.now + .milliseconds(begun)
                ),
                at: Fixture.now + .milliseconds(now)
            ).events.map(\.event)
        }
        #expect(greet(7, begun: 1, at: 2) == [])
        #expect(greet(8, begun: 11, at: 12) == [], "a restart")
        let events = greet(7, begun: isNew ? 13 : 3, at: 14)
        #expect(events.contains(.copied(Fixture.n1)) == isNew)
    }
}
