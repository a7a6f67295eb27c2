// SPDX-License-Identifier: Apache-2.0

// One connection over a Unix socket, for both ends of it.
//
// A daemon asks it in turn and must never wait: those calls say `wouldBlock`. A command has nothing
// else to do and waits, but only until a deadline: those calls take one, and say `wouldBlock` when
// it has passed. A peer that is gone is `closed`, however it went; there is nothing to tell it.

internal import CLinux
public import SystemPackage

/// What a stream gave.
public enum Received: Equatable, Sendable {
    /// So many bytes, at least one.
    case bytes(Int)

    /// Nothing yet.
    case wouldBlock

    /// The other end sends no more, or is gone.
    case closed
}

/// What a stream took.
public enum Sent: Equatable, Sendable {
    /// So many bytes; perhaps not all.
    case bytes(Int)

    /// There is no room, or not in time.
    case wouldBlock

    /// The other end is gone.
    case closed
}

/// A connected Unix stream socket, closed when its owner ends.
public struct UnixStream: ~Copyable, Sendable {
    private let owned: OwnedDescriptor

    init(_ owned: consuming OwnedDescriptor) { self.owned = owned }

    /// Connects, waiting for a place in the listener's queue for at most `timeout` nanoseconds.
    public static func connect(
        _ path: String,
        timeout: Int64? = nil
    ) throws(SystemError) -> UnixStream {
        let limit = timeout.map { max(0, $0) } ?? -1
        let connected = unsafe clinux_unix_connect(path, limit)
        return UnixStream(OwnedDescriptor(try checked(connected, "connect", path)))
    }

    /// Watch this in a poller.
    public var descriptor: FileDescriptor { owned.descriptor }

    /// Takes what has come into `buffer` from `offset` on, without waiting.
    public func receive(into buffer: inout [UInt8], from offset: Int = 0) -> Received {
        precondition(offset < buffer.count, "no room from \(offset) of \(buffer.count)")
        let got = unsafe buffer.withUnsafeMutableBytes { bytes in
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[offset...])
            return unsafe clinux_receive(owned.number, room.baseAddress, room.count)
        }
        if got > 0 { return .bytes(Int(got)) }
        return got == -Int64(Errno.wouldBlock.rawValue) ? .wouldBlock : .closed
    }

    /// Hands over the bytes from `offset` on, as many as there is room for, without waiting.
    public func send(_ bytes: [UInt8], from offset: Int = 0) -> Sent {
        precondition(offset <= bytes.count, "nothing at \(offset) of \(bytes.count)")
        let sent = unsafe bytes.withUnsafeBytes { buffer in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[offset...])
            return unsafe clinux_send(owned.number, rest.baseAddress, rest.count)
        }
        if sent >= 0 { return .bytes(Int(sent)) }
        return sent == -Int64(Errno.wouldBlock.rawValue) ? .wouldBlock : .closed
    }

    /// Takes what comes, waiting for it until `deadline`, an instant of `BootClock`; nil is never.
    public func receive(
        into buffer: inout [UInt8],
        from offset: Int = 0,
        until deadline: Int64?
    ) -> Received {
        // Who waits for an answer has just asked: to look before waiting would be a call in vain.
        while isReady(for: .readable, until: deadline) {
            let received = receive(into: &buffer, from: offset)
            guard received == .wouldBlock else { return received }
        }
        return .wouldBlock
    }

    /// Hands over all of the bytes, waiting for room until `deadline`.
    ///
    /// After `wouldBlock` an unknown part was sent: the stream is of no more use.
    public func send(_ bytes: [UInt8], until deadline: Int64?) -> Sent {
        var done = 0
        while done < bytes.count {
            switch send(bytes, from: done) {
            case .bytes(let count): done += count
            case .closed: return .closed
            case .wouldBlock:
                if !isReady(for: .writable, until: deadline) { return .wouldBlock }
            }
        }
        return .bytes(done)
    }

    /// poll(2) on this one descriptor. An error of the call itself counts as ready: the next use of
    /// the stream then finds it.
    private func isReady(for interest: Interest, until deadline: Int64?) -> Bool {
        let left = deadline.map { max(0, $0 - BootClock.now()) } ?? -1
        return clinux_poll_one(owned.number, interest.rawValue, left) != 0
    }

    /// Sends no more; the other end reads to the end of what was sent, then `closed`.
    public func finishSending() { _ = clinux_shutdown_write(owned.number) }
}
