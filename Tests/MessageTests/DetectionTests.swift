// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// Older images and copies: what makes a host suspect one, and what must not (R23).
@Suite("older images and copies")
struct DetectionTests {
    private func heartbeat(table: [Heartbeat.TableEntry] = []) -> Heartbeat {
        Heartbeat(
            ballot: Scene.promised,
            slot: 5,
            sentAt: .zero,
            lease: Scene.lease,
            leaseLeft: .zero,
            table: table
        )
    }

    /// Hears the asker, over a session begun so many milliseconds after the host was.
    @discardableResult
    private func hear(_ body: Message.Body, begun: Int, _ scene: inout Scene) -> Effects {
        let session = LoneHost.start + .milliseconds(begun)
        return scene.host.hear(body, slot: 5, from: Scene.asker, session: session)
    }

    @Test(
        "a later write of its own in the leader's table shows a host that it is an older image",
        arguments: [(UInt64(7), false), (8, true)]
    )
    func table(told: UInt64, isOlder: Bool) {
        var scene = Scene(.voter)
        let entry = Heartbeat.TableEntry(writeNumber: told, isHeard: true)
        let heartbeat = heartbeat(table: [entry, entry, entry])
        let effects = scene.receive(.heartbeat(heartbeat), slot: 5)
        let event = Event.olderImage(told: told, own: 7, by: Scene.asker)
        #expect(effects.events.contains { $0.event == event } == isOlder)
        #expect(effects.messages.isEmpty == isOlder, "and it votes no more")
    }

    @Test("a greeting that knows less of its own disk than was heard before it says so, once")
    func olderGreeting() {
        var scene = Scene(.voter)
        func greet(_ run: UInt64, _ number: UInt64, begun: Int) -> [Event] {
            scene.host.stall(.milliseconds(10))
            let greeting = Message.Body.greeting(run: run, writeNumber: number)
            return hear(greeting, begun: begun, &scene).events.map(\.event)
        }
        #expect(greet(7, 9, begun: 9).isEmpty)
        #expect(greet(8, 9, begun: 19).isEmpty, "a restart")
        #expect(greet(9, 12, begun: 29).isEmpty, "a restart that has written")
        #expect(greet(8, 9, begun: 19).isEmpty, "a greeting of before")
        #expect(greet(10, 11, begun: 31).isEmpty, "write 12 was heard after it had begun")
        let event = Event.olderImageOf(Scene.asker, told: 12, own: 11)
        #expect(greet(11, 11, begun: 59) == [event])
        #expect(greet(11, 11, begun: 69).isEmpty, "once a run")
    }

    @Test(
        "a replaced run that comes back is a copy, unless its greeting was under way for long",
        arguments: [true, false]
    )
    func back(isNew: Bool) {
        var scene = Scene(.voter)
        func greet(_ run: UInt64, begun: Int) -> [Event] {
            scene.host.stall(.milliseconds(10))
            return hear(.greeting(run: run), begun: begun, &scene).events.map(\.event)
        }
        #expect(!greet(7, begun: 9).contains(.copied(Scene.asker)))
        #expect(!greet(8, begun: 19).contains(.copied(Scene.asker)), "a restart")
        #expect(greet(7, begun: isNew ? 29 : 8).contains(.copied(Scene.asker)) == isNew)
    }

    @Test("two copies are counted no more while both go on over the sessions that they have (R23b)")
    func takingTurns() {
        var scene = Scene(.voter)
        func isGranted(_ body: Message.Body, begun: Int) -> Bool {
            scene.host.stall(.milliseconds(100))
            return hear(body, begun: begun, &scene).first(\.ack) != nil
        }
        for (run, begun) in [(UInt64(7), 90), (8, 190), (7, 290)] {
            _ = isGranted(.greeting(run: run), begun: begun)
        }
        for turn in 0..<30 {
            let isCounted = isGranted(
                .heartbeat(heartbeat()),
                begun: turn.isMultiple(of: 2) ? 190 : 290
            )
            #expect(!isCounted, "turn \(turn)")
        }
        // One of them has ended.
        let counted = (0..<12).map { _ in isGranted(.heartbeat(heartbeat()), begun: 290) }
        #expect(counted.prefix(9).allSatisfy { !$0 })
        #expect(counted.last == true)
    }

    @Test("nothing of a node of which two live is counted, until it was quiet for a second")
    func uncounted() {
        var scene = Scene(.voter)
        for (run, begun) in [(UInt64(7), 9), (8, 19), (7, 29)] {
            scene.host.stall(.milliseconds(10))
            hear(.greeting(run: run), begun: begun, &scene)
        }
        func isGranted() -> Bool {
            scene.receive(.heartbeat(heartbeat()), slot: 5).first(\.ack) != nil
        }
        #expect(!isGranted())
        scene.host.stall(.milliseconds(1001))
        #expect(isGranted())
    }
}
