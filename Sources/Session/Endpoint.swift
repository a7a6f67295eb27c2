// SPDX-License-Identifier: Apache-2.0

/// Where a datagram goes to or came from: an IPv6 address, a port and, for link-local addresses,
/// the interface.
///
/// An IPv4 address is written as `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2), so that an address
/// has one spelling and can be compared, whatever socket it came by.
public struct Endpoint: Hashable, Sendable {
    private let upper: UInt64
    private let lower: UInt64

    /// The UDP port, in host order.
    public let port: UInt16

    /// The interface's index for link-local addresses, otherwise 0.
    public let scope: UInt32

    /// The endpoint at the IPv6 or v4-mapped `address`; nil unless that is 16 bytes.
    public init?(address: [UInt8], port: UInt16, scope: UInt32 = 0) {
        guard address.count == 16 else { return nil }
        upper = address.littleEndian(at: 0, as: UInt64.self).byteSwapped
        lower = address.littleEndian(at: 8, as: UInt64.self).byteSwapped
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

    /// The 16 bytes of the address, in network order.
    public var address: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        bytes.append(littleEndian: upper.byteSwapped)
        bytes.append(littleEndian: lower.byteSwapped)
        return bytes
    }

    /// Whether this is an IPv4 address in IPv6 spelling.
    public var isMappedV4: Bool { upper == 0 && lower >> 32 == 0xffff }
}

extension Endpoint: CustomStringConvertible {
    /// `10.0.0.1:7377` or `[fe80::1%2]:7377` (RFC 5952).
    public var description: String {
        let bytes = address
        if isMappedV4 {
            return bytes[12...].map { String($0) }.joined(separator: ".") + ":\(port)"
        }
        let groups = (0..<8).map { UInt16(bytes[$0 * 2]) << 8 | UInt16(bytes[$0 * 2 + 1]) }
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
