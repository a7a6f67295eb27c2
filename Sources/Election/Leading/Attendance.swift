// SPDX-License-Identifier: Apache-2.0

/// How well a member answers the heartbeats of this reign: what the agreed view, promotion and
/// replacement rest on. It decides who is called up or down, never who may be trusted.
struct Attendance: Hashable, Sendable {
    /// When its last answer came; nil if none has.
    private(set) var answeredAt: Instant?
    /// Since when it has answered without a gap.
    private(set) var steadySince = Instant.zero
    /// How many heartbeats it has answered in a row.
    private(set) var streak = 0
    private var lastBeat: UInt64 = 0

    /// How often it went down lately, and when it was last called up.
    private(set) var falls = 0
    private var upSince = Instant.zero

    /// It has answered the heartbeat of this number. A silence of `gap` breaks the row.
    mutating func answered(_ beat: UInt64, gap: Span, at now: Instant) {
        if answeredAt.map({ now - $0 > gap }) ?? true { steadySince = now }
        answeredAt = now
        guard beat > lastBeat else { return }
        streak = beat == lastBeat + 1 ? streak + 1 : 1
        lastBeat = beat
    }

    /// It is called down. Who falls again soon after it came back is a flapping member.
    mutating func fell(_ downAfter: Span, at now: Instant) {
        let isForgiven = now - upSince > downAfter * Self.longestHold
        falls = isForgiven ? 1 : falls + 1
    }

    /// It is called up.
    mutating func rose(at now: Instant) { upSince = now }

    /// How long it must have answered without a gap before it is called up: nothing the first
    /// time, then twice as long each time.
    func hold(_ downAfter: Span) -> Span {
        falls < 2 ? .zero : downAfter * min(1 << (min(falls, 16) - 2), Self.longestHold)
    }

    /// In units of `DownAfter`; who stays up for that long is forgiven.
    private static var longestHold: Int { 32 }

    /// A new reign begins to count.
    mutating func begin() {
        (answeredAt, streak, lastBeat) = (nil, 0, 0)
    }
}
