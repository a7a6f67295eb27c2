// SPDX-License-Identifier: Apache-2.0

// The one place where the daemon waits, and by which number each descriptor is known there.

internal import Linux
internal import SystemPackage

/// The numbers of the descriptors.
enum Token {
    static let timer: UInt64 = 1
    static let signals: UInt64 = 2
    static let worker: UInt64 = 3
    static let resolver: UInt64 = 4
    /// One socket for each address that is listened on.
    static let sockets: ClosedRange<UInt64> = 0x100...0xFFFE
    /// The door for programs of this host; whatever is theirs has a number from here on.
    static let listener: UInt64 = 0xFFFF
    /// Connections count on from here, and no number comes again.
    static let firstConnection: UInt64 = 0x1_0000

    static func socket(_ index: Int) -> UInt64 { sockets.lowerBound + UInt64(index) }
}

/// The poller, where everybody who has a descriptor can reach it.
final class EventLoop {
    private var poller: Poller

    init() throws(SystemError) {
        poller = try Poller()
    }

    /// See `Poller`, as for all of these.
    func wait(timeout: Int64?) throws(SystemError) -> [Ready] { try poller.wait(timeout: timeout) }

    func add(
        _ descriptor: FileDescriptor,
        _ interest: Interest,
        token: UInt64
    ) throws(SystemError) {
        try poller.add(descriptor, interest, token: token)
    }

    func modify(
        _ descriptor: FileDescriptor,
        _ interest: Interest,
        token: UInt64
    ) throws(SystemError) {
        try poller.modify(descriptor, interest, token: token)
    }

    func remove(_ descriptor: FileDescriptor) throws(SystemError) {
        try poller.remove(descriptor)
    }
}
