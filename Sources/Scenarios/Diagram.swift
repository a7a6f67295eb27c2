// SPDX-License-Identifier: Apache-2.0

/// A space-time diagram: hosts side by side, time downward, and every message an arrow from when it
/// was sent to when it came.
///
/// Lamport drew the first ones; nothing shows better who could know what when. The diagram holds
/// what happened, in order; how it looks is for the text and the SVG to say.
struct Diagram: Hashable, Sendable {
    /// The hosts, from left to right.
    let columns: [String]
    /// Whether the clock is shown: a story without timeouts has none.
    let showsTime: Bool
    /// What happened, in the order in which it did.
    private(set) var entries: [Entry] = []

    /// One thing that happened.
    struct Entry: Hashable, Sendable {
        /// Microseconds since the story began.
        let at: Int64
        let what: What
    }

    enum What: Hashable, Sendable {
        /// A message.
        case arrow(Arrow)
        /// Something worth a word on one host.
        case mark(host: Int, Mark, String)
        /// The host's line looks different from now on.
        case line(host: Int, Line)
        /// A sentence across the page: the script's own doing.
        case note(String)
    }

    /// A message on its way.
    struct Arrow: Hashable, Sendable {
        let from: Int
        let to: Int
        let label: String
        /// When it was sent, in microseconds.
        let sent: Int64
        let fate: Fate
    }

    enum Fate: Hashable, Sendable {
        /// It came, as messages do.
        case came
        /// It came, and had been under way for long.
        case cameLate
        /// It never comes.
        case lost
        /// It is under way, for as long as the script likes.
        case underWay
    }

    /// What kind of thing happened to a host: a sign in the text, a colour in the SVG.
    enum Mark: Hashable, Sendable {
        case durable, stands, learns, leads, ceases, unsure, crashes, starts, pauses, says, breaks
    }

    /// What a host is.
    enum Line: Hashable, Sendable {
        case unsure, follows, leads, down, paused
        /// In stories where nobody asks.
        case plain
    }

    init(columns: [String], showsTime: Bool) {
        self.columns = columns
        self.showsTime = showsTime
    }

    mutating func add(_ what: What, at: Int64) {
        entries.append(Entry(at: at, what: what))
    }
}
