// SPDX-License-Identifier: Apache-2.0

// What this host tells its programs without being asked: the lease page and the status files.
//
// The page is written at every renewal, the files when what they say is another thing, and
// otherwise now and then, so that the deadline in them does not lie far behind. What is taken back
// is taken back in a fixed order: the page, which costs nanoseconds to look at and may be looked at
// right now, then the files.

internal import Control
internal import Election
internal import Linux

/// The page, the files, and what stands on them.
struct Publisher: ~Copyable {
    private let directory: Directory
    private var page: LeasePage
    private var files = StatusFile()
    /// What the page says.
    private(set) var published: Answer
    /// When the page was written last.
    private var writtenAt = Instant.zero
    private var filesWrittenAt = Instant.zero
    /// Why the files cannot be written; nil while they can.
    private(set) var trouble: SystemError?

    /// The files are refreshed no more often than this.
    static let refreshMin = Span.milliseconds(250)

    /// - Parameters:
    ///   - decided: the decree on disk: what is published does not go back behind it.
    ///   - inherited: the end of the lease that the last run left on the page and that still
    ///     stands; nil if none does, and then the first word is `unsure`.
    init(
        directory: consuming Directory,
        page: consuming LeasePage,
        decided: Decree?,
        inherited: Instant?,
        at now: Instant
    ) {
        self.directory = directory
        self.page = page
        if let inherited {
            published = Answer(standing: .leader, decree: decided, validUntil: inherited)
        } else {
            published = Answer(standing: .unsure, decree: decided, validUntil: .zero)
            self.page.withdraw(to: published, at: now)
        }
    }

    /// Whether what the page says has ended: nothing else may happen before it is taken back.
    func isOver(at now: Instant) -> Bool {
        published.standing != .unsure && published.validUntil <= now
    }

    /// Takes back all that says more than this answer: the page at once, for every reader.
    mutating func withdraw(to answer: Answer, at now: Instant) {
        page.withdraw(to: answer, at: now)
        published = answer
    }

    /// Announces an answer on the page. Returns whether it is another one, not only a later end.
    ///
    /// What a run before this one was granted for its restart may reach beyond anything that is
    /// granted now. So that readers see that somebody vouches for it, the time of writing moves on.
    mutating func announce(_ answer: Answer, at now: Instant) -> Bool {
        let isOld = (answer.validUntil - writtenAt) / 8 <= now - writtenAt
        guard answer != published || answer.standing == .leader && isOld else { return false }
        page.write(answer, at: now)
        writtenAt = now
        defer { published = answer }
        return AnswerKey(answer) != AnswerKey(published)
    }

    /// When the files are to be written again although nothing has changed.
    func refreshAt(_ lease: Span) -> Instant { filesWrittenAt + max(lease / 2, Self.refreshMin) }

    /// Writes the files. Returns what is in the way when that has just begun.
    mutating func write(_ status: Status, at now: Instant) -> SystemError? {
        filesWrittenAt = now
        do throws(SystemError) {
            try files.write(status, in: directory)
            trouble = nil
            return nil
        } catch {
            defer { trouble = error }
            return trouble == nil ? error : nil
        }
    }

    /// Takes everything back for good: this daemon has stopped in order.
    mutating func close(_ status: Status, at now: Instant) {
        page.close(after: published, at: now)
        published = .unsure
        _ = write(status, at: now)
    }
}
