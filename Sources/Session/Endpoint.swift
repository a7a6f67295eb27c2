// SPDX-License-Identifier: Apache-2.0

/// Where a datagram goes to or came from: an IPv6 address, a port and, for link-local addresses,
/// the interface.
///
/// An IPv4 address is written as `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2), so that an address
/// has one spelling and can be compared, whatever socket it came by.
public struct Endpoint: Hashable, Sendable {
    /// The first eight bytes of the address as a number.
    public let upper: UInt64

    /// The last eight.
    public let lower: UInt64

    /// The UDP port, in host order.
    public let port: UInt16

    /// The interface's index for link-local addresses, otherwise 0.
    public let scope: UInt32

    /// The endpoint at the IPv6 or v4-mapped address with these two halves.
    public init(upper: UInt64, lower: UInt64, port: UInt16, scope: UInt32 = 0) {
        self.upper = upper
        self.lower = lower
        self.port = port
        self.scope = scope
    }

    /// The endpoint at the IPv4 address a.b.c.d.
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16) {
        upper = 0
        lower = 0xffff << 32 | UInt64(a) << 24 | UInt64(b) << 16 | UInt64(c) << 8 | UInt64(d)
        self.port = port
        scope = 0
    }

    /// Whether this is an IPv4 address in IPv6 spelling.
    public var isMappedV4: Bool { upper == 0 && lower >> 32 == 0xffff }
}

extension Endpoint: CustomStringConvertible {
    /// `10.0.0.1:7377` or `[fe80::1%2]:7377` (RFC 5952).
    public var description: String {
        if isMappedV4 {
            let bytes = [24, 16, 8, 0].map { String(lower >> $0 & 0xff) }
            return bytes.joined(separator: ".") + ":\(port)"
        }
        let groups = [upper, lower].flatMap { half in
            [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> $0) }
        }
        let zone = scope == 0 ? "" : "%\(scope)"
        return "[\(shortened(groups))\(zone)]:\(port)"
    }

    /// The groups in hexadecimal, with `::` for the first of the longest runs of zeros.
    private func shortened(_ groups: [UInt16]) -> String {
        func hex(_ groups: ArraySlice<UInt16>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        var longest = 0..<0
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > longest.count { longest = start..<end }
            start = end + 1
        }
        guard longest.count > 1 else { return hex(groups[...]) }
        return hex(groups[..<longest.lowerBound]) + "::" + hex(groups[longest.upperBound...])
    }
}
