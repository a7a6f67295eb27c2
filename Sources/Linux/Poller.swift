// SPDX-License-Identifier: Apache-2.0

// Where a program waits: many descriptors, one wait, and for each that is ready its token.
//
// There are no callbacks. The owner of the loop asks, then switches over the tokens that it chose
// itself, so what happens in which order stands in one place. Readiness is level-triggered: what is
// not dealt with is said again at the next wait.

internal import CLinux
public import SystemPackage

/// What a descriptor is watched for. Hang-up and error are always told.
public struct Interest: OptionSet, Sendable {
    /// One bit each.
    public let rawValue: UInt32

    /// From its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// There is something to read or to accept, or the other end has closed.
    public static let readable = Interest(rawValue: UInt32(CLINUX_READABLE))

    /// There is room to write.
    public static let writable = Interest(rawValue: UInt32(CLINUX_WRITABLE))
}

/// One descriptor that is ready.
public struct Ready: Equatable, Sendable {
    /// The number under which it was added.
    public var token: UInt64

    /// One bit for each of the four states below.
    var state: UInt32

    /// There is something to read or to accept, or the other end has closed.
    public var readable: Bool { state & UInt32(CLINUX_READABLE) != 0 }

    /// There is room to write.
    public var writable: Bool { state & UInt32(CLINUX_WRITABLE) != 0 }

    /// Both directions of a stream have ended.
    public var hangup: Bool { state & UInt32(CLINUX_HANGUP) != 0 }

    /// An error waits; on a UDP socket, for `UDPSocket.drainErrors()`.
    public var error: Bool { state & UInt32(CLINUX_ERROR) != 0 }
}

/// epoll(7).
public struct Poller: ~Copyable {
    private let descriptor: OwnedDescriptor
    private var ready: [Ready] = []

    /// How many descriptors one wait can tell of; the others are told by the next.
    public static let readyMax = 64

    /// A poller that watches nothing yet.
    public init() throws(SystemError) {
        descriptor = OwnedDescriptor(try checked(clinux_poller_open(), "epoll_create"))
        ready.reserveCapacity(Self.readyMax)
    }

    /// Watches a descriptor, which tells of itself by `token`.
    public func add(
        _ watched: FileDescriptor,
        _ interest: Interest,
        token: UInt64
    ) throws(SystemError) {
        try control(CLINUX_ADD, watched, interest, token)
    }

    /// Changes what a watched descriptor is watched for.
    public func modify(
        _ watched: FileDescriptor,
        _ interest: Interest,
        token: UInt64
    ) throws(SystemError) {
        try control(CLINUX_MODIFY, watched, interest, token)
    }

    /// Watches a descriptor no longer. Do this before its owner ends: a copy of the descriptor in
    /// another process would keep it watched.
    public func remove(_ watched: FileDescriptor) throws(SystemError) {
        try control(CLINUX_REMOVE, watched, [], 0)
    }

    private func control(
        _ verb: Int,
        _ watched: FileDescriptor,
        _ interest: Interest,
        _ token: UInt64
    ) throws(SystemError) {
        let result = clinux_poller_control(
            descriptor.number,
            Int32(verb),
            watched.rawValue,
            interest.rawValue,
            token
        )
        try checked(result, "epoll_ctl", "descriptor \(watched.rawValue)")
    }

    /// Waits until a descriptor is ready, and returns those that are, empty after the timeout.
    ///
    /// The array is the poller's own and used again by the next wait, which allocates only if
    /// somebody still keeps the last one. The timeout is in nanoseconds: nil waits without end, 0 not
    /// at all. It stands still in suspend; a deadline belongs in a `BootTimer`.
    public mutating func wait(timeout: Int64? = nil) throws(SystemError) -> [Ready] {
        let poller = descriptor.number
        let limit = timeout.map { max(0, $0) } ?? -1
        ready.removeAll(keepingCapacity: true)
        let count = unsafe withUnsafeTemporaryAllocation(
            of: clinux_ready.self,
            capacity: Self.readyMax
        ) { buffer in
            let count = unsafe clinux_poller_wait(
                poller,
                buffer.baseAddress,
                Int32(Self.readyMax),
                limit
            )
            for index in 0..<Int(max(0, count)) {
                let one = unsafe buffer[index]
                ready.append(Ready(token: one.token, state: one.state))
            }
            return count
        }
        try checked(count, "epoll_wait")
        return ready
    }
}
