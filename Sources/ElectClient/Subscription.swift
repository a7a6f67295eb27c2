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
    private var pauses = Pauses()

    /// Connects and calls; that electd does not run is an error here.
    init(_ request: Request, socket: String?, timeout: Duration) throws(ClientError) {
        self.socket = socket ?? Electd.socket
        call = Call(request, more: true).bytes()
        let end = deadline(after: timeout)
        connection = try called(try Connection(socket: self.socket, deadline: end), until: end)
    }

    /// The next message; nil if there is none in time.
    ///
    /// - Throws: `disconnected` once for each connection that is lost.
    mutating func next(until end: Int64?) throws(ClientError) -> [UInt8]? {
        guard try reconnect(until: end) else { return nil }
        do throws(ClientError) {
            guard let message = try connection?.next(deadline: end) else { return nil }
            pauses.end()
            return message
        } catch {
            connection = nil
            throw error
        }
    }

    /// Ends the connection; the next word comes over another.
    mutating func close() { connection = nil }

    /// Calls once more over the same connection: the last call was answered to its end.
    mutating func callAgain(until end: Int64?) throws(ClientError) {
        guard let last = connection.take() else { return }
        connection = try called(last, until: end)
    }

    /// Whether there is a connection, made anew if need be.
    private mutating func reconnect(until end: Int64?) throws(ClientError) -> Bool {
        if connection != nil { return true }
        do throws(ClientError) {
            let new = try Connection(startingAt: socket, until: end, &pauses)
            connection = try called(new, until: end)
            return true
        } catch {
            guard error.mayPass else { throw error }
            return false
        }
    }

    private func called(
        _ connection: consuming Connection,
        until end: Int64?
    ) throws(ClientError) -> Connection {
        try connection.send(call, deadline: end)
        return connection
    }
}
