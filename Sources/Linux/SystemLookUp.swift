// SPDX-License-Identifier: Apache-2.0

// The host's own resolver. It asks NSS, which a fully static program does not have: there, looking a
// name up fails with a sentence, and only numeric hosts are known.

internal import CLinux
internal import SystemPackage

/// More addresses than a host of a cluster has.
private let addressesMax = 16

/// getaddrinfo(3), for `Resolver`: it blocks, and its addresses have port 0.
@Sendable
public func systemLookUp(_ host: String) throws(ResolverError) -> [SocketAddress] {
    var addresses = [clinux_address](repeating: clinux_address(), count: addressesMax)
    var reason = [CChar](repeating: 0, count: 128)
    let count = unsafe clinux_look_up(
        host,
        &addresses,
        Int32(addressesMax),
        &reason,
        reason.count
    )
    if count >= 0 { return addresses.prefix(Int(count)).map(SocketAddress.init) }
    guard count == -CLINUX_LOOKUP_FAILED else {
        throw .failed(host: host, reason: "\(Errno(rawValue: -count))")
    }
    let end = reason.firstIndex(of: 0) ?? reason.endIndex
    let words = String(decoding: reason[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
    throw .failed(host: host, reason: words)
}
