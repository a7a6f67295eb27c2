// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// What a host says of its memory: what is on disk, for as long as it must be, and no more.
@Suite struct MemoryTests {
    private func heartbeat(slot: Slot = 5, lease: Span = Fixture.lease) -> Message.Body {
        .heartbeat(
            Heartbeat(
                ballot: Fixture.promised,
                slot: slot,
                sentAt: Instant(nanoseconds: 1),
                lease: lease,
                leaseLeft: .zero
            )
        )
    }

    private func held(_ effects: Effects) -> [Slot] {
        effects.messages.compactMap { envelope in
            switch envelope.message.body {
            case .ack(let ack): ack.durableSlot
            case .canvassReply(let reply): reply.durableSlot
            default: nil
            }
        }
    }

    @Test("a slot is reported as held when it is on disk, not when it is heard of (R5c)")
    func held() {
        var fixture = Fixture(role: .voter)
        let decree = Fixture.decree(6, after: fixture.decided)
        let learnt = fixture.receive(.decided(decree), showing: 6)
        #expect(held(fixture.receive(heartbeat(slot: 6), showing: 6)) == [5])
        #expect(held(fixture.receive(.canvass(Canvass()), showing: 6)) == [5])
        for record in learnt.records {
            _ = fixture.replica.step(.stored(record.id), at: Fixture.now)
        }
        #expect(held(fixture.receive(heartbeat(slot: 6), showing: 6)) == [6])
        #expect(held(fixture.receive(.canvass(Canvass()), showing: 6)) == [6])
    }

    @Test("the longest lease ever granted is remembered, not the first or the last (R7, R15)")
    func longest() {
        var fixture = Fixture(role: .voter)
        var remembered = Span.zero
        for (lease, longest) in [(500, 500), (900, 900), (500, 900)] {
            let effects = fixture.receive(heartbeat(lease: .milliseconds(lease)))
            for record in effects.records {
                remembered = record.maxLease
                _ = fixture.replica.step(.stored(record.id), at: Fixture.now)
            }
            #expect(remembered == .milliseconds(longest))
        }
    }

    @Test("after a start others wait as long as the longest lease ever granted (R7)")
    func holdOff() {
        var fixture = Fixture(role: .voter, maxLease: .milliseconds(9000))
        let ballot = Ballot(round: 9, owner: Fixture.n3)
        let request = PrepareRequest(prepare: Prepare(ballot: ballot, slot: 6))
        func prepare(after wait: Int) -> Said {
            let now = Fixture.now + .milliseconds(wait)
            return Said(
                fixture.receive(.prepare(request), from: Fixture.n3, at: now),
                to: Fixture.n3
            )
        }
        #expect(prepare(after: 8999) == .refuse(.bound))
        #expect(prepare(after: 9000) == .promise(after: true, accepted: nil))
    }
}
