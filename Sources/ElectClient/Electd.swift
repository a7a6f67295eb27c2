// SPDX-License-Identifier: Apache-2.0

public import Control
import Glibc

/// The electd of this host.
///
/// One connection, kept open: to ask again costs two system calls on either side. Every call blocks
/// until there is an answer, but never longer than `timeout`. After an error that is not an answer the
/// next call goes over another connection: what comes late over the old one is read by nobody. Nothing
/// is asked twice by itself, since electd may have done what it was asked.
///
/// ```swift
/// var electd = try Electd()
/// let answer = try electd.leader()
/// if answer.role == .leader { … }
/// ```
///
/// Who acts as the leader passes `answer.epoch` along with what it does, and asks a
/// `LeasePageReader` right before.
public struct Electd: ~Copyable {
    /// Where electd listens if nobody says otherwise.
    public static let defaultSocket = "/run/electd/electd.sock"

    /// `$ELECTD_SOCKET` if it is set and not empty, otherwise the default.
    public static var socket: String {
        guard let value = unsafe getenv("ELECTD_SOCKET") else { return defaultSocket }
        let socket = unsafe String(cString: value)
        return socket.isEmpty ? defaultSocket : socket
    }

    /// How long a call may take; electd answers at once unless it hangs.
    public var timeout = Duration.seconds(5)

    private let socket: String
    /// Nil when the last one is of no more use.
    private var connection: Connection?
    private var lastMessage: [UInt8] = []
    private var lastLeader: LeaderReply?

    private static let getLeader = Call(.getLeader).bytes()

    /// Connects to a socket, or to `Electd.socket`.
    public init(socket: String? = nil) throws(ClientError) {
        self.init(
            over: try Connection(
                socket: socket ?? Electd.socket,
                deadline: deadline(after: .seconds(5))
            )
        )
    }

    init(over connection: consuming Connection) {
        socket = connection.socket
        self.connection = consume connection
    }

    /// Who leads?
    public mutating func leader() throws(ClientError) -> LeaderReply {
        let message = try ask(Electd.getLeader, deadline(after: timeout))
        // Between two heartbeats the answer is the same, byte for byte.
        if let lastLeader, message == lastMessage { return lastLeader }
        let reply: LeaderReply = try read(message)
        lastMessage = message
        lastLeader = reply
        return reply
    }

    /// Everything this host knows.
    public mutating func status() throws(ClientError) -> Status {
        let reply: StatusReply = try call(.getStatus)
        return reply.status
    }

    /// Who made this service, and in which version it runs.
    public mutating func info() throws(ClientError) -> ServiceInfo {
        try call(.getInfo)
    }

    /// Hands leadership to a member, or to the best one there is; returns when the decree is made.
    ///
    /// - Parameter timeout: how long electd may take; nil for as long as it takes.
    public mutating func transfer(
        to member: String? = nil,
        timeout: Duration? = nil
    ) throws(ClientError) -> TransferReply {
        let limit = timeout.map(milliseconds)
        let transfer = Transfer(to: member, timeoutMilliseconds: limit)
        return try call(
            .transfer(transfer),
            deadline: deadline(after: timeout.map { $0 + self.timeout })
        )
    }

    /// Asks for something to be different; returns when this host has learned the decree.
    ///
    /// - Parameters:
    ///   - force: also if it leaves no voter to spare; never if it leaves no majority.
    ///   - timeout: how long electd may take; nil for as long as it takes.
    public mutating func make(
        _ change: Change,
        force: Bool = false,
        timeout: Duration? = nil
    ) throws(ClientError) -> ChangeReply {
        let asked = ChangeRequest(
            change,
            force: force,
            timeoutMilliseconds: timeout.map(milliseconds)
        )
        return try call(
            .change(asked),
            deadline: deadline(after: timeout.map { $0 + self.timeout })
        )
    }

    /// The newest decrees that this host has learned, the oldest of them first.
    ///
    /// - Parameter limit: how many at most; nil for all there are.
    public mutating func history(limit: Int? = nil) throws(ClientError) -> [HistoryEntry] {
        let reply: HistoryReply = try call(.getHistory(limit: limit.map { UInt64(clamping: $0) }))
        return reply.entries
    }

    /// The members, and who may join and has not come yet.
    public mutating func members() throws(ClientError) -> MembersReply {
        try call(.listMembers)
    }

    /// How long things take at worst.
    public mutating func timing() throws(ClientError) -> TimingReply {
        try call(.getTiming)
    }

    /// The ways between all members, measured now; that takes one or two seconds.
    public mutating func measure() throws(ClientError) -> MeasureReply {
        try call(.measure)
    }

    mutating func call<Content: Decodable>(_ request: Request) throws(ClientError) -> Content {
        try call(request, deadline: deadline(after: timeout))
    }

    mutating func call<Content: Decodable>(
        _ request: Request,
        deadline: Int64?
    ) throws(ClientError) -> Content {
        try read(try ask(Call(request).bytes(), deadline))
    }

    private mutating func ask(
        _ bytes: [UInt8],
        _ deadline: Int64?
    ) throws(ClientError) -> [UInt8] {
        // It comes back only with an answer.
        var connection = try connected()
        try connection.send(bytes, deadline: deadline)
        guard let message = try connection.next(deadline: deadline) else {
            throw .silent(socket: socket)
        }
        self.connection = consume connection
        return message
    }

    /// The connection, made anew if need be; it is the caller's.
    private mutating func connected() throws(ClientError) -> Connection {
        if let connection = connection.take() { return connection }
        return try Connection(socket: socket, deadline: deadline(after: timeout))
    }

    private mutating func read<Content: Decodable>(
        _ message: [UInt8]
    ) throws(ClientError) -> Content {
        do {
            return try Reply<Content>(message).content
        } catch {
            // Who has no room says so, and hangs up.
            if case .busy = error { connection = nil }
            throw .answered(error)
        }
    }
}

/// Whole milliseconds, rounded up: who asks for a moment does not get "for ever".
package func milliseconds(_ span: Duration) -> UInt64 {
    let (seconds, attoseconds) = span.components
    if seconds < 0 { return 0 }
    let rest = UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    let (product, overflowed) = UInt64(seconds).multipliedReportingOverflow(by: 1000)
    return overflowed ? .max / 2 : product + rest
}
