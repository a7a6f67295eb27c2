// SPDX-License-Identifier: Apache-2.0

public import Control
import Glibc
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
    private let socket: String
    private var connection: Connection?
    private var sequence: UInt64?
    /// What came together with the news of a gap.
    private var waiting: WatchReply?

    /// Connects to a socket, or to `Electd.socket`. That electd does not run is an error here and
    /// only here; once it has run, it is waited for.
    ///
    /// - Parameter timeout: how long connecting may take; electd takes a connection at once unless it
    ///   hangs and many wait already.
    public init(
        socket: String? = nil,
        timeout: Duration = .seconds(5)
    ) throws(ClientError) {
        self.socket = socket ?? Electd.socket
        connection = try Watch.open(self.socket, deadline(after: timeout))
    }

    /// The next notice, or nil if there is none within `timeout`; nil waits for ever.
    ///
    /// - Throws: what does not pass by itself, such as a lost permission.
    public mutating func next(timeout: Duration? = nil) throws(ClientError) -> Notice? {
        let end = deadline(after: timeout)
        if let reply = waiting {
            waiting = nil
            return .event(reply)
        }
        guard try reconnect(until: end) else { return nil }
        let message: [UInt8]?
        do throws(ClientError) {
            message = try connection?.next(deadline: end)
        } catch .disconnected {
            return gap("the connection to electd was lost")
        }
        guard let message else { return nil }
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

    private mutating func gap(_ reason: String) -> Notice {
        connection = nil
        sequence = nil
        return .gap(reason: reason)
    }

    /// Whether there is a connection, made anew if need be.
    private mutating func reconnect(until end: Int64?) throws(ClientError) -> Bool {
        var pause: Int64 = 2_000_000
        while connection == nil {
            do {
                connection = try Watch.open(socket, end)
            } catch {
                guard error.mayPass else { throw error }
                let left = end.map { $0 - BootClock.now() } ?? .max
                if left <= 0 { return false }
                usleep(UInt32(max(1, min(pause, left) / 1000)))
                pause = min(2 * pause, 100_000_000)
            }
        }
        return true
    }

    private static func open(_ socket: String, _ end: Int64?) throws(ClientError) -> Connection {
        let connection = try Connection(socket: socket, deadline: end)
        try connection.send(Call(.watch, more: true).bytes(), deadline: end)
        return connection
    }
}
