// SPDX-License-Identifier: Apache-2.0

public import Control
import Linux

/// What a watcher is told.
public enum Notice: Hashable, Sendable {
    /// The whole picture: the first notice of each connection.
    case snapshot(Status)
    /// An event, and the status after it.
    case event(WatchReply)
    /// Events may have been missed; the next notice brings the whole status again.
    case gap(reason: String)
}

/// A stream of what happens to leadership and membership, as this host sees it.
///
/// It never misses anything silently. If electd restarts, drops us because we were slow, or skips a
/// number, there is one `gap`; then the watch connects again by itself and goes on with a snapshot.
///
/// ```swift
/// var watch = try Watch()
/// while let notice = try watch.next() { … }
/// ```
public struct Watch: ~Copyable {
    private var events: Subscription
    private var sequence: UInt64?
    /// What came together with the news of a gap.
    private var waiting: WatchReply?
    /// Until when the first word of all has to be here: electd says it at once. Nil once it is.
    private var firstDue: Int64?

    /// Connects to a socket, or to `Electd.socket`. That electd does not run is an error here and
    /// only here; once it has run, it is waited for.
    ///
    /// - Parameter timeout: how long connecting and the first notice may take together; electd gives
    ///   both at once unless it hangs.
    public init(
        socket: String? = nil,
        timeout: Duration = .seconds(5)
    ) throws(ClientError) {
        firstDue = deadline(after: timeout)
        events = try Subscription(.watch, socket: socket, timeout: timeout)
    }

    /// The next notice, or nil if there is none within `timeout`; nil waits for ever.
    ///
    /// - Throws: what does not pass by itself, such as a lost permission; `silent` if not even the
    ///   first notice comes.
    public mutating func next(timeout: Duration? = nil) throws(ClientError) -> Notice? {
        if let reply = waiting {
            waiting = nil
            return .event(reply)
        }
        let end = deadline(after: timeout)
        let message: [UInt8]?
        do throws(ClientError) {
            message = try events.next(until: firstDue.map { min($0, end ?? .max) } ?? end)
        } catch .disconnected {
            sequence = nil
            firstDue = nil
            return .gap(reason: "the connection to electd was lost")
        }
        guard let message else {
            if let firstDue, BootClock.now() >= firstDue { throw .silent(socket: events.socket) }
            return nil
        }
        firstDue = nil
        do {
            return notice(try Reply<WatchReply>(message).content)
        } catch {
            throw .answered(error)
        }
    }

    private mutating func notice(_ reply: WatchReply) -> Notice {
        defer { sequence = reply.sequence }
        if reply.kind == WatchReply.snapshot { return .snapshot(reply.status) }
        if let sequence, reply.sequence != sequence &+ 1 {
            waiting = reply
            return .gap(reason: "electd went from event \(sequence) to event \(reply.sequence)")
        }
        return .event(reply)
    }
}
