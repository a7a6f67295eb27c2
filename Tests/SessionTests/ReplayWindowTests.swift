// SPDX-License-Identifier: Apache-2.0

// A counter is good once. The window is compared with its edges, and with a list that forgets
// nothing.

import Testing

@testable import Session

@Suite("The replay window")
struct ReplayWindowTests {
    @Test("a counter is admitted once")
    func once() {
        var window = ReplayWindow()
        for counter: UInt64 in 0..<3_000 {
            #expect(window.admits(counter))
            window.commit(counter)
            #expect(!window.admits(counter))
        }
    }

    @Test(
        "the window reaches back 1,024 counters and not one more",
        arguments: [1_024, 5_000, 1 << 40]
    )
    func edges(newest: UInt64) {
        var window = ReplayWindow()
        window.commit(newest)
        #expect(window.admits(newest - 1_023))
        #expect(!window.admits(newest - 1_024))
        #expect(window.admits(newest + 1))
        window.commit(newest - 1_023)
        #expect(!window.admits(newest - 1_023))
        window.commit(newest + 1)
        #expect(!window.admits(newest - 1_023))
        #expect(window.admits(newest - 1_022))
    }

    @Test("looking does not move the window")
    func looking() {
        var window = ReplayWindow()
        window.commit(7)
        let before = window
        _ = window.admits(1 << 50)
        #expect(window == before)
        #expect(window.admits(6))
    }

    @Test("the last counter of all is never admitted, so none comes after it")
    func last() {
        var window = ReplayWindow()
        #expect(!window.admits(.max))
        window.commit(.max - 1)
        #expect(!window.admits(.max))
        #expect(window.admits(.max - 2))
    }

    @Test("it agrees with a list of everything that was seen", arguments: 1...20)
    func model(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var window = ReplayWindow()
        var seen: Set<UInt64> = []
        var newest: UInt64?
        var counter: UInt64 = 0
        for _ in 0..<4_000 {
            // Mostly near by, sometimes a leap of any length up to three windows.
            let leap = UInt64.random(in: 0..<(random.next() % 50 == 0 ? 3_000 : 40), using: &random)
            let back = UInt64.random(in: 0..<1_200, using: &random)
            counter = Bool.random(using: &random) ? counter + leap : counter - min(counter, back)
            let isTooOld = newest.map { counter + 1_024 <= $0 } ?? false
            let expected = !seen.contains(counter) && !isTooOld
            #expect(window.admits(counter) == expected, "seed \(seed), counter \(counter)")
            guard expected else { continue }
            window.commit(counter)
            seen.insert(counter)
            newest = max(newest ?? 0, counter)
            counter = newest ?? 0
        }
    }
}
