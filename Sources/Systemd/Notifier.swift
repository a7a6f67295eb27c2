// SPDX-License-Identifier: Apache-2.0

// What a service says to the manager that started it: a datagram of assignments, sd_notify(3).
//
// A program that was started by hand has nobody to talk to; then nothing is said, and nothing is
// any different.
//
// libsystemd's sd_notify(3) waits while the manager's queue is full, which is as long as the manager
// hangs, and this is said from the loop that sends the heartbeats. So the datagram leaves from a socket
// that does not wait; it is opened once, since a process may have no descriptor to spare later.

internal import CSystemd
internal import Glibc

/// The way to the service manager.
public struct Notifier: Sendable {
    private let manager: ManagerSocket?

    /// How often the manager wants to hear `WATCHDOG=1` from this process; nil if it does not.
    public let watchdogInterval: Duration?

    /// The manager that the environment names.
    public init() {
        let path = unsafe getenv("NOTIFY_SOCKET").map { unsafe String(cString: $0) }
        self.init(path: path)
    }

    /// A manager that listens at a path, or at an abstract name that begins with `@`; nil is nobody.
    public init(path: String?) {
        manager = path.flatMap { ManagerSocket($0) }
        var microseconds: UInt64 = 0
        // It reads WATCHDOG_USEC and WATCHDOG_PID: what is meant for another process is not for us.
        let wanted = unsafe sd_watchdog_enabled(0, &microseconds)
        watchdogInterval =
            manager != nil && wanted > 0 && microseconds > 0
            ? .microseconds(Int64(clamping: microseconds)) : nil
    }

    /// Whether there is a manager that listens.
    public var isSupervised: Bool { manager != nil }

    /// Says one or more assignments, all at once, and never waits.
    ///
    /// - Returns: whether they were handed over. A manager that does not take them is busy or gone;
    ///   what matters is to be said again.
    @discardableResult
    public func say(_ assignments: String...) -> Bool {
        manager?.send(assignments.joined(separator: "\n")) ?? false
    }

    /// Says that the configuration is read again; the next `READY=1` ends it.
    public func sayReloading() {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
        say("RELOADING=1", "MONOTONIC_USEC=\(microseconds)")
    }
}

/// A socket of this process from which a manager is written to. It stays open.
private struct ManagerSocket {
    private let descriptor: Int32
    private let address: sockaddr_un
    private let length: Int

    init?(_ path: String) {
        let name = Array(path.utf8)
        var address = sockaddr_un()
        guard name.first == UInt8(ascii: "/") || name.first == UInt8(ascii: "@"),
            name.count < MemoryLayout.size(ofValue: address.sun_path)
        else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            unsafe room.copyBytes(from: name)
            if name.first == UInt8(ascii: "@") { unsafe room[0] = 0 }
        }
        self.address = address
        length = MemoryLayout<sa_family_t>.size + name.count
        let kind = SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        descriptor = socket(AF_UNIX, Int32(kind), 0)
        if descriptor < 0 { return nil }
    }

    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let sent = unsafe withUnsafeBytes(of: address) { room in
            unsafe sendto(
                descriptor,
                bytes,
                bytes.count,
                Int32(MSG_NOSIGNAL),
                room.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(length)
            )
        }
        return sent == bytes.count
    }
}
