// SPDX-License-Identifier: Apache-2.0

// A host's numeric address and a port, IPv4 or IPv6, in 24 bytes without a pointer.
//
// IPv4 is kept as the IPv6 address ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). One form for both makes
// them equal wherever they are compared, hashed or sent, and an IPv6 socket of ours never sees such
// an address from the kernel, because ours are IPv6 only.

internal import CLinux

/// Where a datagram comes from or goes to.
public struct SocketAddress: Hashable, Sendable {
    /// The first eight bytes of the address as a number.
    public let high: UInt64

    /// The last eight.
    public let low: UInt64

    /// The interface of a link-local IPv6 address; 0 otherwise.
    public let scope: UInt32

    /// The UDP port.
    public var port: UInt16

    /// 0.0.0.0, every IPv4 address of this host.
    public static func anyIPv4(port: UInt16) -> SocketAddress {
        SocketAddress(ipv4: (0, 0, 0, 0), port: port)
    }

    /// ::, every IPv6 address of this host.
    public static func anyIPv6(port: UInt16) -> SocketAddress {
        SocketAddress(clinux_address(high: 0, low: 0, scope: 0, port: port))
    }

    /// An IPv4 address by its four numbers.
    public init(ipv4: (UInt8, UInt8, UInt8, UInt8), port: UInt16) {
        let number =
            UInt64(ipv4.0) << 24 | UInt64(ipv4.1) << 16 | UInt64(ipv4.2) << 8 | UInt64(ipv4.3)
        self.init(clinux_address(high: 0, low: 0xffff << 32 | number, scope: 0, port: port))
    }

    /// An address by its two halves, IPv4 as ::ffff:a.b.c.d.
    public init(high: UInt64, low: UInt64, port: UInt16, scope: UInt32 = 0) {
        self.init(clinux_address(high: high, low: low, scope: scope, port: port))
    }

    /// From numeric text without a port: `10.0.0.1`, `::1`, `fe80::1%eth0`, without brackets.
    public init?(numericHost: String, port: UInt16) {
        var address = clinux_address(high: 0, low: 0, scope: 0, port: port)
        guard unsafe clinux_address_parse(numericHost, &address) == 0 else { return nil }
        self.init(address)
    }

    init(_ address: clinux_address) {
        high = address.high
        low = address.low
        scope = address.scope
        port = address.port
    }

    var kernelForm: clinux_address {
        clinux_address(high: high, low: low, scope: scope, port: port)
    }

    /// Whether it is IPv4. A socket sends only to its own kind.
    public var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

    /// How many leading bits of its address another one shares.
    public func commonBits(with other: SocketAddress) -> Int {
        let difference = high ^ other.high
        if difference != 0 { return difference.leadingZeroBitCount }
        return 64 + (low ^ other.low).leadingZeroBitCount
    }

    /// The host without port or brackets: `10.0.0.1`, `fe80::1%2`.
    public var host: String {
        var address = kernelForm
        var text = [CChar](repeating: 0, count: 64)
        let printed = unsafe clinux_address_print(&address, &text, text.count)
        precondition(printed == 0, "an address does not print: \(high) \(low) \(scope)")
        let end = text.firstIndex(of: 0) ?? text.endIndex
        return String(decoding: text[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `10.0.0.1:7377` or `[::1]:7377`.
    public var description: String { isIPv4 ? "\(host):\(port)" : "[\(host)]:\(port)" }
}
