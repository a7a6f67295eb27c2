// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Election

/// What a leader makes of the heartbeats that a member answers, and of those that it does not.
@Suite struct AttendanceTests {
    private let gap = Span.milliseconds(1000)
    private let downAfter = Span.milliseconds(2000)

    private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

    @Test("a heartbeat that is missed begins the row anew")
    func row() {
        var attendance = Attendance()
        for beat in 1...9 { attendance.answered(UInt64(beat), gap: gap, at: at(beat * 100)) }
        #expect(attendance.streak == 9)
        attendance.answered(11, gap: gap, at: at(1100))
        #expect(attendance.streak == 1)
        #expect(attendance.steadySince == at(100), "one lost heartbeat is no silence")
    }

    @Test("an answer that comes twice, or late, counts once and breaks nothing")
    func twice() {
        var attendance = Attendance()
        for beat: UInt64 in [1, 2, 2, 1, 3] { attendance.answered(beat, gap: gap, at: at(100)) }
        #expect(attendance.streak == 3)
    }

    @Test("a silence begins the steadiness anew, a new reign the counting")
    func silence() {
        var attendance = Attendance()
        attendance.answered(1, gap: gap, at: at(100))
        attendance.answered(30, gap: gap, at: at(3000))
        #expect(attendance.steadySince == at(3000))
        attendance.begin()
        #expect(attendance.answeredAt == nil)
        #expect(attendance.streak == 0)
    }

    @Test("who falls again soon after it came back is held down twice as long each time")
    func flapping() {
        var attendance = Attendance()
        var now = 100_000
        var holds: [Span] = []
        for _ in 1...9 {
            attendance.fell(downAfter, at: at(now))
            holds.append(attendance.hold(downAfter))
            now += 1000
            attendance.rose(at: at(now))
            now += 1000
        }
        let expected = [0, 1, 2, 4, 8, 16, 32, 32, 32].map { downAfter * $0 }
        #expect(holds == expected)
    }

    @Test("who stays up for long is forgiven")
    func forgiven() {
        var attendance = Attendance()
        for fall in 0..<4 {
            attendance.fell(downAfter, at: at(100_000 + fall * 2000))
            attendance.rose(at: at(101_000 + fall * 2000))
        }
        attendance.fell(downAfter, at: at(107_000 + 65_000))
        #expect(attendance.hold(downAfter) == .zero)
    }
}
