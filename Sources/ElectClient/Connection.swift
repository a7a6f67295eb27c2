// SPDX-License-Identifier: Apache-2.0

import Control
import Linux
import SystemPackage

/// A socket with messages on it: calls go out whole, replies come in whole.
struct Connection: ~Copyable {
    let socket: String
    private let stream: UnixStream
    private var splitter = FrameSplitter(limit: FrameSplitter.replyLimit)
    private var buffer = [UInt8](repeating: 0, count: 4096)

    /// Connects.
    ///
    /// - Parameter deadline: an instant of `BootClock`; nil waits for ever.
    init(socket: String, deadline: Int64?) throws(ClientError) {
        self.socket = socket
        do {
            let timeout = deadline.map { max(0, $0 - BootClock.now()) }
            stream = try UnixStream.connect(socket, timeout: timeout)
        } catch {
            throw .unreachable(socket: socket, error.errno)
        }
    }

    /// Sends a whole message, NUL included, or finds that nobody reads it any more.
    ///
    /// That is no error here: what electd said before it closed the connection, as that it is busy,
    /// is still to be read, and `next` finds either that or the end.
    func send(_ bytes: [UInt8], deadline: Int64?) throws(ClientError) {
        switch stream.send(bytes, until: deadline) {
        case .bytes, .closed: break
        case .wouldBlock: throw .silent(socket: socket)
        }
    }

    /// The next message without its NUL, or nil if there is none before the deadline.
    mutating func next(deadline: Int64?) throws(ClientError) -> [UInt8]? {
        while true {
            do {
                if let message = try splitter.next() { return message }
            } catch {
                throw .answered(error)
            }
            switch stream.receive(into: &buffer, until: deadline) {
            case .bytes(let count): splitter.append(buffer[..<count])
            case .closed: throw .disconnected(socket: socket)
            case .wouldBlock: return nil
            }
        }
    }
}

/// Now and a span from now on, as an instant of `BootClock`; nil stays nil: for ever.
func deadline(after span: Duration?) -> Int64? {
    guard let span else { return nil }
    let (seconds, attoseconds) = span.components
    let (nanoseconds, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflowed { return nil }
    let (sum, overflowedAgain) = BootClock.now().addingReportingOverflow(
        nanoseconds &+ attoseconds / 1_000_000_000
    )
    return overflowedAgain ? nil : sum
}
