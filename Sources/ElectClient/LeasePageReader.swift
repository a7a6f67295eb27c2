// SPDX-License-Identifier: Apache-2.0

public import Control
import Glibc
import Linux
import SystemPackage

/// "Do I lead right now?", answered without a system call.
///
/// electd keeps the answer in a page of memory that this maps. The page carries the end of the
/// lease, so it is right even if electd was killed, stopped or starved: what has ended has ended.
/// What is read is looked at in this order: the page, all of it, and only then the clock. The other
/// way round a pause in between would make an old lease look young.
///
/// ```swift
/// var page = try LeasePageReader()
/// if let lease = page.lease(guard: 20_000_000) { write(order, epoch: lease.epoch) }
/// ```
public struct LeasePageReader: ~Copyable {
    /// The right to act, until it ends.
    public struct Lease: Hashable, Sendable {
        /// The fencing token; pass it along with what you do.
        public var epoch: UInt64
        /// When it ends on `CLOCK_BOOTTIME`, in nanoseconds.
        public var validUntil: UInt64
    }

    /// Where electd puts the page if nobody says otherwise.
    public static let defaultPath = "/run/electd/lease"

    private let path: String
    private let bootID: (UInt64, UInt64)
    private let timeNamespace: UInt64
    private var page: SharedMapping
    /// The page is of a clock that is not ours: nothing in it can be compared.
    private var isForeign: Bool
    private var openedAt: Int64

    /// Opens and maps the page.
    public init(path: String = LeasePageReader.defaultPath) throws(ClientError) {
        do throws(SystemError) {
            self = try LeasePageReader(opening: path)
        } catch {
            throw .unreachable(socket: path, error.errno)
        }
    }

    private init(opening path: String) throws(SystemError) {
        let bytes = try BootClock.bootID()
        let namespace = try BootClock.timeNamespace()
        let mapped = try LeasePageReader.map(path)
        self.path = path
        bootID = (word(bytes[0..<8]), word(bytes[8..<16]))
        timeNamespace = namespace
        page = mapped
        isForeign = false
        openedAt = BootClock.now()
        isForeign = read()?.timeNamespace != timeNamespace
    }

    /// Whether this host leads, and goes on leading for `guard` nanoseconds at least.
    ///
    /// - Parameter guard: how long what you are about to do takes, and how late it may come.
    public mutating func leads(guard nanoseconds: Int64 = 0) -> Bool {
        lease(guard: nanoseconds) != nil
    }

    /// The lease of this host, if it has one that lasts for `guard` nanoseconds at least. Everything
    /// that is not certain (another leader, unsure, a page that cannot be read) is nil.
    public mutating func lease(guard nanoseconds: Int64 = 0) -> Lease? {
        precondition(nanoseconds >= 0, "a guard of \(nanoseconds) ns would lengthen the lease")
        guard let seen = steady({ Glance($0) }) else { return nil }
        let now = BootClock.now()
        let isOurs =
            seen.answer == LeaseAnswer.leader.rawValue && seen.bootID == bootID && !isForeign
        if isOurs, now >= 0, nanoseconds <= .max - now, UInt64(now + nanoseconds) < seen.validUntil
        {
            return Lease(epoch: seen.epoch, validUntil: seen.validUntil)
        }
        let age = seen.validUntil.addingReportingOverflow(1_000_000_000)
        if seen.answer == LeaseAnswer.closed.rawValue || isForeign
            || (!age.overflow && UInt64(clamping: now) > age.partialValue)
        {
            reopen(now)
        }
        return nil
    }

    /// Everything on the page, whatever it says; nil if it cannot be read within 10 ms.
    public func read() -> LeaseFields? {
        steady { page in
            let start = LeasePageLayout.wordsOffset
            let words = (0..<LeasePageLayout.wordCount).map {
                page.load64(at: start + 8 * $0, .relaxed)
            }
            let answer = page.load32(at: LeasePageLayout.answerOffset, .relaxed)
            return LeaseFields(answer: answer, words: words)
        }
    }

    /// The reading half of the sequence lock: what `look` sees counts if the number before it was
    /// even and is the same after it.
    private func steady<Seen>(_ look: (borrowing SharedMapping) -> Seen) -> Seen? {
        var giveUpAt: Int64?
        while true {
            let before = page.load32(at: LeasePageLayout.sequenceOffset, .acquire)
            let seen = look(page)
            SharedMapping.fence(.acquire)
            let after = page.load32(at: LeasePageLayout.sequenceOffset, .relaxed)
            if before == after, before & 1 == 0 { return seen }
            // A daemon that was stopped in the middle of writing must not hold us up.
            let now = BootClock.now()
            if let giveUpAt, now >= giveUpAt { return nil }
            giveUpAt = giveUpAt ?? now + 10_000_000
            sched_yield()
        }
    }

    /// Looks for another file of this name: electd was stopped, or its directory was made anew. Not
    /// more often than every 10 ms; as long as there is none, the old page stays.
    private mutating func reopen(_ now: Int64) {
        guard now - openedAt >= 10_000_000 else { return }
        openedAt = now
        guard let mapped = try? LeasePageReader.map(path) else { return }
        page = mapped
        isForeign = read()?.timeNamespace != timeNamespace
    }

    private static func map(_ path: String) throws(SystemError) -> SharedMapping {
        let file = try File.open(path)
        let page = try SharedMapping(file, count: LeasePageLayout.size, writable: false)
        guard page.load64(at: LeasePageLayout.magicOffset, .relaxed) == LeasePageLayout.magic else {
            throw SystemError("map", path, .badMessage)
        }
        return page
    }
}

/// The few fields that decide.
private struct Glance {
    var answer: UInt32
    var bootID: (UInt64, UInt64)
    var epoch: UInt64
    var validUntil: UInt64

    init(_ page: borrowing SharedMapping) {
        answer = page.load32(at: LeasePageLayout.answerOffset, .relaxed)
        bootID = (
            page.load64(at: LeasePageLayout.bootIDOffset, .relaxed),
            page.load64(at: LeasePageLayout.bootIDOffset + 8, .relaxed)
        )
        epoch = page.load64(at: LeasePageLayout.epochOffset, .relaxed)
        validUntil = page.load64(at: LeasePageLayout.validUntilOffset, .relaxed)
    }
}

private func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}
