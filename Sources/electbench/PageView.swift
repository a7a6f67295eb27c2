// SPDX-License-Identifier: Apache-2.0

// The lease page of a daemon, looked at from outside. Unlike an application, which wants to know
// whether it leads now, this wants everything: what stands there, since when, and how many times it
// was written.

import Control
import Linux

/// What stood on a page at one moment.
struct PageLook {
    var answer: LeaseAnswer
    /// Grows by two with each writing.
    var sequence: UInt32
    var epoch: UInt64
    var validUntil: Int64
    /// When the daemon wrote it, on the clock that this program reads too.
    var writtenAt: Int64
    /// When it was looked at.
    var seenAt: Int64

    /// Whether it names a leader and has not run out.
    var isValid: Bool {
        (answer == .leader || answer == .follower) && epoch > 0 && seenAt < validUntil
    }

    var leads: Bool { isValid && answer == .leader }
}

/// A mapped page.
final class PageView {
    private let mapping: SharedMapping

    init(_ path: String) throws {
        let file = try File.open(path)
        mapping = try SharedMapping(file, count: LeasePageLayout.size, writable: false)
    }

    /// What stands there; nil while it is being written.
    func look() -> PageLook? {
        let before = mapping.load32(at: LeasePageLayout.sequenceOffset, .acquire)
        let answer = mapping.load32(at: LeasePageLayout.answerOffset, .relaxed)
        let look = PageLook(
            answer: LeaseAnswer(rawValue: answer) ?? .unsure,
            sequence: before,
            epoch: mapping.load64(at: LeasePageLayout.epochOffset, .relaxed),
            validUntil: time(LeasePageLayout.validUntilOffset),
            writtenAt: time(LeasePageLayout.writtenAtOffset),
            seenAt: BootClock.now()
        )
        SharedMapping.fence(.acquire)
        let after = mapping.load32(at: LeasePageLayout.sequenceOffset, .relaxed)
        return before == after && before & 1 == 0 ? look : nil
    }

    private func time(_ offset: Int) -> Int64 {
        Int64(clamping: mapping.load64(at: offset, .relaxed))
    }
}
