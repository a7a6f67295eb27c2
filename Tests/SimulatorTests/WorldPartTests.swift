// SPDX-License-Identifier: Apache-2.0

import Election
import Testing

@testable import Simulator

/// What a world is built from.
@Suite struct WorldPartTests {
    @Test("events come in the order of their moments, and of their planning within one")
    func queue() {
        var queue = EventQueue<Int>()
        var dice = Dice(seed: 5, 1)
        var expected: [(at: Moment, event: Int)] = []
        for event in 0..<500 {
            let at = Moment(dice.below(40))
            queue.plan(event, at: at)
            expected.append((at, event))
        }
        expected.sort { ($0.at, $0.event) < ($1.at, $1.event) }
        for (at, event) in expected {
            let next = queue.next()
            #expect(next?.at == at)
            #expect(next?.event == event)
        }
        #expect(queue.isEmpty)
    }

    @Test(
        "a clock shows an instant first at its moment, and a change of rate is no jump",
        arguments: [Int64(-50_000), -1000, 0, 1, 1000, 50_000]
    )
    func clock(ppm: Int64) {
        var clock = HostClock(at: 7_000, reading: 1_000_000, ppm: ppm)
        for ahead in [Int64(0), 1, 999, 1_000_000, 500_000_000, 60_000_000_000] {
            let instant = Instant(nanoseconds: 1_000_000 + ahead)
            let moment = clock.moment(of: instant)
            #expect(clock.now(at: moment) >= instant)
            if moment > 7_000 { #expect(clock.now(at: moment - 1) < instant) }
        }
        let before = clock.now(at: 900_000_000)
        clock.run(ppm: -ppm, from: 900_000_000)
        #expect(clock.now(at: 900_000_000) == before)
        #expect(clock.now(at: 900_001_000) > before)
    }

    @Test("a log-uniform pick stays within its range and reaches both ends of it")
    func dice() {
        var dice = Dice(seed: 9, 1)
        var (low, high) = (Int64.max, Int64.min)
        for _ in 0..<2000 {
            let pick = dice.pickLog(10...10_000)
            #expect((10...10_000).contains(pick))
            (low, high) = (min(low, pick), max(high, pick))
        }
        #expect(low < 20)
        #expect(high > 6000)
        #expect(dice.pickLog(7...7) == 7)
    }

    @Test("different bytes have different digests")
    func digest() {
        var seen: Set<Digest> = []
        for length in 0..<40 {
            for last in UInt8(0)...9 {
                seen.insert(MixDigest.digest([UInt8](repeating: 1, count: length) + [last]))
            }
        }
        #expect(seen.count == 400)
    }
}
