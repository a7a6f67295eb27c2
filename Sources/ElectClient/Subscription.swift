// SPDX-License-Identifier: Apache-2.0

import Control
import Glibc
import Linux

/// A call that is answered again and again, over connection after connection: what `Watch` and `Hold`
/// have in common. When one connection is lost the next word is asked for over another.
struct Subscription: ~Copyable {
    let socket: String
    private let call: [UInt8]
    private var connection: Connection?
    /// For how long the next attempt waits, in nanoseconds: not at all after a connection over which
    /// something was said, then ever longer. Who is hung up on at once, again and again, must not
    /// keep a processor busy with it.
    private var span: Int64 = 0

    /// Connects and calls; that electd does not run is an error here.
    init(_ request: Request, socket: String?, timeout: Duration) throws(ClientError) {
        self.socket = socket ?? Electd.socket
        call = Call(request, more: true).bytes()
        try open(until: deadline(after: timeout))
    }

    /// The next message; nil if there is none in time.
    ///
    /// - Throws: `disconnected` once for each connection that is lost.
    mutating func next(until end: Int64?) throws(ClientError) -> [UInt8]? {
        guard try reconnect(until: end) else { return nil }
        do throws(ClientError) {
            guard let message = try connection?.next(deadline: end) else { return nil }
            span = 0
            return message
        } catch .disconnected {
            connection = nil
            throw .disconnected(socket: socket)
        }
    }

    /// Ends the connection; the next word comes over another.
    mutating func close() { connection = nil }

    /// Calls once more over the same connection: the last call was answered to its end.
    mutating func callAgain(until end: Int64?) throws(ClientError) {
        try connection?.send(call, deadline: end)
    }

    /// Whether there is a connection, made anew if need be.
    private mutating func reconnect(until end: Int64?) throws(ClientError) -> Bool {
        while connection == nil {
            if span > 0 { pause(span, until: end) }
            span = min(max(2 * span, 2_000_000), 100_000_000)
            do {
                try open(until: end)
            } catch {
                guard error.mayPass else { throw error }
                if let end, BootClock.now() >= end { return false }
            }
        }
        return true
    }

    private mutating func open(until end: Int64?) throws(ClientError) {
        let opened = try Connection(socket: socket, deadline: end)
        try opened.send(call, deadline: end)
        connection = consume opened
    }
}
