// SPDX-License-Identifier: Apache-2.0

// Times here are only ever waited for, never measured: a slow machine makes no test fail.

import Linux
import SystemPackage
import Testing

@Suite("The timer")
struct BootTimerTests {
    private static let hour: Int64 = 3_600_000_000_000

    @Test("armed for the past it fires at once, and until it is armed anew", arguments: [0, 1, -5])
    func past(instant: Int64) throws {
        var poller = try Poller()
        var timer = try BootTimer()
        try poller.add(timer.descriptor, .readable, token: 1)
        try timer.arm(at: instant)
        #expect(try poller.wait(timeout: Self.hour).map(\.token) == [1])

        timer.acknowledge()
        try timer.arm(at: BootClock.now() + Self.hour)
        #expect(try poller.wait(timeout: 0) == [])
    }

    @Test("fired, acknowledged and armed for the same instant it fires again")
    func again() throws {
        var poller = try Poller()
        var timer = try BootTimer()
        try poller.add(timer.descriptor, .readable, token: 1)
        for _ in 0..<3 {
            try timer.arm(at: 1)
            #expect(try poller.wait(timeout: Self.hour).map(\.token) == [1])
            timer.acknowledge()
        }
        try timer.arm(at: nil)
        #expect(try poller.wait(timeout: 0) == [])
    }

    @Test("it fires when its instant has come, not before")
    func future() throws {
        var poller = try Poller()
        var timer = try BootTimer()
        try poller.add(timer.descriptor, .readable, token: 1)
        let instant = BootClock.now() + 20_000_000
        try timer.arm(at: instant)
        #expect(try poller.wait().map(\.token) == [1])
        #expect(BootClock.now() >= instant)
    }

    @Test("disarmed it does not fire, though its instant was past")
    func disarmed() throws {
        var poller = try Poller()
        var timer = try BootTimer()
        try poller.add(timer.descriptor, .readable, token: 1)
        try timer.arm(at: 1)
        try timer.arm(at: nil)
        #expect(try poller.wait(timeout: 1_000_000) == [])
    }

    @Test("armed anew after it fired, it keeps the new instant when the old one is acknowledged")
    func rearmed() throws {
        var poller = try Poller()
        var timer = try BootTimer()
        try poller.add(timer.descriptor, .readable, token: 1)
        try timer.arm(at: 1)
        #expect(try poller.wait().count == 1)
        try timer.arm(at: BootClock.now() + Self.hour)
        timer.acknowledge()
        #expect(try poller.wait(timeout: 0) == [])
    }
}
