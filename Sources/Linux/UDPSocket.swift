// SPDX-License-Identifier: Apache-2.0

// A UDP socket that no fault of the network ends.
//
// Consensus has to live through exactly what breaks networks: no route, a firewall, a dead peer. So
// a failed send is a value, and the socket is as good after it as before. The kernel is asked to
// tell of ICMP errors (IP_RECVERR); "port unreachable" means that the host lives and the process on
// it does not, which is worth knowing early and is never proof.
//
// That option has a price: an error about one peer is reported by the next call on the socket,
// whomever that is for. So whenever a call fails, the error queue is emptied and the call made once
// more.

internal import CLinux
public import SystemPackage

/// What became of a datagram handed to the kernel.
public enum SendResult: Equatable, Sendable {
    /// The kernel took it. Nobody knows whether it arrives.
    case sent

    /// There is no room in the socket's buffer; it is lost like any datagram may be.
    case wouldBlock

    /// The network or a filter refused it: no route, host unreachable, not permitted, too large.
    case failed(Errno)
}

/// A datagram that came.
public struct Arrival: Equatable, Sendable {
    /// How many bytes of the buffer it fills.
    public var count: Int

    /// Who sent it, as far as UDP can tell.
    public var source: SocketAddress

    /// Whether it was longer than the buffer, so that its end is lost: drop it.
    public var isTruncated: Bool
}

/// A bound UDP socket that never blocks.
public struct UDPSocket: ~Copyable {
    private let owned: OwnedDescriptor

    /// Peers of whom the kernel said so and nobody has asked yet.
    private var unreachable: [SocketAddress] = []

    /// More than these wait only if nobody asks; then the later ones are dropped.
    private static let unreachableMax = 64

    /// The address it is bound to, with the port that the kernel chose if 0 was asked for.
    public let local: SocketAddress

    /// Binds to an address of this host, or to every one of its kind (`anyIPv4`, `anyIPv6`).
    ///
    /// An IPv6 socket carries IPv6 only, so both kinds can be bound to one port. The receive buffer
    /// is asked for at a size that holds some seconds of a cluster's traffic; the kernel may give
    /// less.
    ///
    /// - Parameter evenIfAbsent: also to an address that this host does not have (IP_FREEBIND):
    ///   datagrams come and go from the moment on at which it has it, and are lost before.
    public init(
        bind address: SocketAddress,
        receiveBufferBytes: Int = 1 << 20,
        evenIfAbsent: Bool = false
    ) throws(SystemError) {
        var asked = address.kernelForm
        let opened = unsafe clinux_udp_open(
            &asked,
            Int32(clamping: receiveBufferBytes),
            evenIfAbsent ? 1 : 0
        )
        let socket = OwnedDescriptor(try checked(opened, "bind", "\(address)"))
        var bound = clinux_address()
        let named = unsafe clinux_udp_local(socket.number, &bound)
        try checked(named, "getsockname", "\(address)")
        owned = socket
        local = SocketAddress(bound)
    }

    /// Watch this for `.readable`, and on an error call `drainErrors()`, or the poller never rests.
    public var descriptor: FileDescriptor { owned.descriptor }

    /// Takes one datagram into the buffer, whose size stays; nil when none waits.
    ///
    /// It throws only what means that the socket itself is unusable.
    public mutating func receive(
        into buffer: inout [UInt8]
    ) throws(SystemError) -> Arrival? {
        var source = clinux_address()
        // Every failed call takes one pending error with it, so this ends.
        for _ in 0..<Self.unreachableMax {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe clinux_udp_receive(owned.number, bytes.baseAddress, bytes.count, &source)
            }
            if count >= 0 {
                return Arrival(
                    count: min(Int(count), buffer.count),
                    source: SocketAddress(source),
                    isTruncated: Int(count) > buffer.count
                )
            }
            let errno = Errno(rawValue: -count)
            if errno == .wouldBlock { return nil }
            if errno == .badFileDescriptor || errno == .notSocket || errno == .badAddress {
                throw SystemError("receive", "\(local)", errno)
            }
            collectErrors()
        }
        return nil
    }

    /// Hands one datagram to the kernel.
    public mutating func send(_ bytes: [UInt8], to peer: SocketAddress) -> SendResult {
        var errno = sendOnce(bytes, to: peer)
        if errno == nil { return .sent }
        if errno == .wouldBlock { return .wouldBlock }
        // It may have been another peer's error.
        collectErrors()
        errno = sendOnce(bytes, to: peer)
        guard let errno else { return .sent }
        return errno == .wouldBlock ? .wouldBlock : .failed(errno)
    }

    private func sendOnce(_ bytes: [UInt8], to peer: SocketAddress) -> Errno? {
        var destination = peer.kernelForm
        let result = unsafe bytes.withUnsafeBytes { buffer in
            unsafe clinux_udp_send(owned.number, buffer.baseAddress, buffer.count, &destination)
        }
        return result < 0 ? Errno(rawValue: -result) : nil
    }

    /// Empties the error queue, and returns the peers on whose port nobody listened, each once.
    ///
    /// It is a hint that a process died, and no more: anybody who can guess the ports can forge it,
    /// and a firewall can swallow it.
    public mutating func drainErrors() -> [SocketAddress] {
        collectErrors()
        defer { unreachable.removeAll() }
        return unreachable
    }

    private mutating func collectErrors() {
        var peer = clinux_address()
        while true {
            let taken = unsafe clinux_udp_take_error(owned.number, &peer)
            guard taken > 0 else { return }
            guard taken == 1, unreachable.count < Self.unreachableMax else { continue }
            let address = SocketAddress(peer)
            if !unreachable.contains(address) { unreachable.append(address) }
        }
    }
}
