// SPDX-License-Identifier: Apache-2.0

// The network is loopback, and its faults are real: ports without a process, broadcast without
// permission, datagrams without end.

import Linux
import SystemPackage
import Testing

/// Loopback addresses of the kinds that there are here, the port left to the kernel.
private let loopbacks =
    ["127.0.0.1"].compactMap { SocketAddress(numericHost: $0, port: 0) }
    + (hasIPv6 ? [loopbackIPv6] : []).compactMap { $0 }

private let loopbackIPv6 = SocketAddress(numericHost: "::1", port: 0)

/// Whether anything can be bound to ::1.
private let hasIPv6: Bool = {
    guard let loopbackIPv6 else { return false }
    do {
        _ = try UDPSocket(bind: loopbackIPv6)
        return true
    } catch {
        return false
    }
}()

@Suite("UDP")
struct UDPSocketTests {
    @Test("a datagram arrives with its sender, and then there is none", arguments: loopbacks)
    func arrives(loopback: SocketAddress) throws {
        var near = try UDPSocket(bind: loopback)
        var far = try UDPSocket(bind: loopback)
        var buffer = [UInt8](repeating: 0, count: 16)
        #expect(near.local.port != 0)
        #expect(try far.receive(into: &buffer) == nil)

        #expect(near.send([1, 2, 3], to: far.local) == .sent)
        try waitUntilReadable(far.descriptor)
        let arrival = try #require(try far.receive(into: &buffer))
        #expect(arrival.source == near.local)
        #expect(!arrival.isTruncated)
        #expect(buffer.prefix(arrival.count) == [1, 2, 3])
        #expect(try far.receive(into: &buffer) == nil)
        #expect(buffer.count == 16)
    }

    @Test("a datagram longer than the buffer is known for it, one that fits exactly is whole")
    func truncated() throws {
        var near = try UDPSocket(bind: loopbacks[0])
        var far = try UDPSocket(bind: loopbacks[0])
        var buffer = [UInt8](repeating: 0, count: 4)
        #expect(near.send([1, 2, 3, 4, 5], to: far.local) == .sent)
        #expect(near.send([1, 2, 3, 4], to: far.local) == .sent)
        #expect(near.send([], to: far.local) == .sent)
        try waitUntilReadable(far.descriptor)
        let long = try #require(try far.receive(into: &buffer))
        #expect(long.isTruncated)
        #expect(long.count == 4)
        let fitting = try #require(try far.receive(into: &buffer))
        #expect(!fitting.isTruncated)
        #expect(fitting.count == 4)
        let empty = try #require(try far.receive(into: &buffer))
        #expect(empty.count == 0)
    }

    @Test("a dead peer does not fail the send to a live one, and is named", arguments: loopbacks)
    func deadPeer(loopback: SocketAddress) throws {
        var live = try UDPSocket(bind: loopback)
        let dead = try { () throws(SystemError) in try UDPSocket(bind: loopback).local }()
        var near = try UDPSocket(bind: loopback)
        var poller = try Poller()
        try poller.add(near.descriptor, .readable, token: 1)

        for _ in 0..<3 {
            #expect(near.send([1], to: dead) == .sent)
            // The kernel's word about it has come when the poller says so.
            #expect(try poller.wait(timeout: 60_000_000_000).map(\.error) == [true])
            #expect(near.send([2], to: live.local) == .sent)
        }
        #expect(near.drainErrors() == [dead])
        #expect(near.drainErrors() == [])
        #expect(try poller.wait(timeout: 0) == [])

        var buffer = [UInt8](repeating: 0, count: 16)
        for _ in 0..<3 {
            try waitUntilReadable(live.descriptor)
            #expect(try live.receive(into: &buffer)?.source == near.local)
            #expect(buffer.first == 2)
        }
        #expect(try live.receive(into: &buffer) == nil)
    }

    @Test("a dead peer does not hide what a live one sent", arguments: loopbacks)
    func receivePastError(loopback: SocketAddress) throws {
        var live = try UDPSocket(bind: loopback)
        let dead = try { () throws(SystemError) in try UDPSocket(bind: loopback).local }()
        var near = try UDPSocket(bind: loopback)
        #expect(near.send([1], to: dead) == .sent)
        #expect(live.send([9], to: near.local) == .sent)
        try waitUntilReadable(near.descriptor)
        var buffer = [UInt8](repeating: 0, count: 16)
        var arrival = try near.receive(into: &buffer)
        if arrival == nil {
            // Only the error had come.
            try waitUntilReadable(near.descriptor)
            arrival = try near.receive(into: &buffer)
        }
        #expect(arrival?.source == live.local)
        #expect(buffer.first == 9)
    }

    @Test("what the network refuses is a value, and the socket is as good as before")
    func refused() throws {
        var near = try UDPSocket(bind: loopbacks[0])
        var far = try UDPSocket(bind: loopbacks[0])
        let broadcast = SocketAddress(ipv4: (255, 255, 255, 255), port: 9)
        #expect(near.send([1], to: broadcast) == .failed(.permissionDenied))
        let six = try #require(loopbackIPv6)
        #expect(near.send([1], to: six) == .failed(.addressFamilyNotSupported))
        let large = [UInt8](repeating: 0, count: 1 << 17)
        #expect(near.send(large, to: far.local) == .failed(.messageTooLong))

        #expect(near.send([5], to: far.local) == .sent)
        try waitUntilReadable(far.descriptor)
        var buffer = [UInt8](repeating: 0, count: 16)
        #expect(try far.receive(into: &buffer)?.count == 1)
        #expect(near.drainErrors() == [])
    }

    @Test("a port in use is an error with the address in it")
    func inUse() throws {
        let first = try UDPSocket(bind: loopbacks[0])
        let error = #expect(throws: SystemError.self) { _ = try UDPSocket(bind: first.local) }
        #expect(sentence(of: error) == "bind \(first.local): Address already in use")
    }

    @Test(
        "an address that is not here is an error, or can be waited for",
        arguments: ["192.0.2.1"] + (hasIPv6 ? ["2001:db8::1"] : [])
    )
    func absent(host: String) throws {
        let address = try #require(SocketAddress(numericHost: host, port: 7377))
        let error = #expect(throws: SystemError.self) { _ = try UDPSocket(bind: address) }
        #expect(error?.errno == .addressNotAvailable)
        var socket = try UDPSocket(bind: address, evenIfAbsent: true)
        #expect(socket.local == address)
        // Whatever becomes of what is sent from there, the socket is as good as before.
        _ = socket.send([1], to: address)
        var buffer = [UInt8](repeating: 0, count: 16)
        #expect(try socket.receive(into: &buffer) == nil)
    }

    @Test(
        "both kinds share a port",
        .enabled(if: hasIPv6, "this machine has no ::1: all of this suite is of IPv4 alone")
    )
    func bothKinds() throws {
        let four = try UDPSocket(bind: .anyIPv4(port: 0))
        let six = try UDPSocket(bind: .anyIPv6(port: four.local.port))
        #expect("\(six.local)" == "[::]:\(four.local.port)")
        #expect("\(four.local)" == "0.0.0.0:\(four.local.port)")
    }
}
