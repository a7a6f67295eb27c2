// SPDX-License-Identifier: Apache-2.0

import Glibc

/// An address and a port as people write them: `10.0.0.1:7377`, `[fd00::1]:7377`, `db1.example`.
///
/// A host may be a name. Nothing is looked up here: names are resolved later, off the event loop,
/// and again whenever that seems useful. The port may be left out; it is 7377 then.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// What a host is written as.
    public enum Kind: Hashable, Sendable {
        /// Four numbers with dots.
        case ipv4
        /// An IPv6 address, perhaps with a zone such as `%eth0`.
        case ipv6
        /// A name to be looked up.
        case name
    }

    /// The UDP port of electd.
    public static let defaultPort: UInt16 = 7377

    /// The address or name, without brackets.
    public let host: String
    /// Never 0.
    public let port: UInt16
    /// What `host` is.
    public let kind: Kind

    /// Whether the address stands for all addresses of this host, as `0.0.0.0` and `::` do.
    public var isWildcard: Bool {
        switch kind {
        case .ipv4: host.split(separator: ".").allSatisfy { $0.allSatisfy { $0 == "0" } }
        case .ipv6: host.allSatisfy { $0 == "0" || $0 == ":" }
        case .name: false
        }
    }

    /// `host:port`, with brackets round an IPv6 address.
    public var description: String {
        kind == .ipv6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Reads an address; what is thrown says what is wrong with it.
    public init(_ text: String) throws(EndpointError) {
        let host: Substring
        let afterHost: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw .openBracket(text) }
            host = text[text.index(after: text.startIndex)..<end]
            afterHost = text[text.index(after: end)...]
            guard isIPv6(host) else { throw .notAnIPv6Address(text) }
            kind = .ipv6
        } else {
            let colons = text.count { $0 == ":" }
            if colons > 1 { throw .needsBrackets(text) }
            let end = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<end]
            afterHost = text[end...]
            if host.allSatisfy({ $0 == "." || ($0.isASCII && $0.isWholeNumber) }) {
                guard isIPv4(host) else { throw .notAnIPv4Address(text) }
                kind = .ipv4
            } else {
                guard isHostName(host) else { throw .notAName(text) }
                kind = .name
            }
        }
        self.host = String(host)
        if afterHost.isEmpty {
            port = Endpoint.defaultPort
        } else {
            let digits = afterHost.dropFirst()
            guard afterHost.first == ":", digits.allSatisfy({ $0.isASCII && $0.isWholeNumber }),
                let number = UInt16(digits), number > 0
            else { throw .notAPort(text) }
            port = number
        }
    }
}

/// Why a text is no address.
public enum EndpointError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `[` without `]`.
    case openBracket(String)
    /// What stands in brackets is no IPv6 address.
    case notAnIPv6Address(String)
    /// An IPv6 address without brackets: its port could not be told from its end.
    case needsBrackets(String)
    /// Digits and dots that are no IPv4 address.
    case notAnIPv4Address(String)
    /// Not a name that can be looked up.
    case notAName(String)
    /// What follows the host is not `:` and a number from 1 to 65535.
    case notAPort(String)

    /// A sentence with the text in it.
    public var description: String {
        switch self {
        case .openBracket(let text):
            "'\(text)' has a [ without a ]: write an IPv6 address as in [fd00::1]:7377"
        case .notAnIPv6Address(let text):
            "'\(text)' has no IPv6 address in its brackets: write one as in [fd00::1]:7377"
        case .needsBrackets(let text):
            "'\(text)' needs brackets if it is an IPv6 address, as in [fd00::1]:7377"
        case .notAnIPv4Address(let text):
            "'\(text)' is no IPv4 address: that is four numbers from 0 to 255, as in 10.0.0.1:7377"
        case .notAName(let text):
            "'\(text)' is neither an address nor a host name: write 10.0.0.1:7377 or db1.example:7377"
        case .notAPort(let text):
            "'\(text)' has no valid port: that is a colon and a number from 1 to 65535"
        }
    }
}

private func isIPv4(_ text: Substring) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { $0.count <= 3 && UInt8($0) != nil }
}

private func isIPv6(_ text: Substring) -> Bool {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2, parts[1].isEmpty { return false }
    var address = in6_addr()
    return unsafe inet_pton(AF_INET6, String(parts[0]), &address) == 1
}

private func isHostName(_ text: Substring) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    let body = labels.last == "" ? labels.dropLast() : labels[...]
    return text.utf8.count <= 253 && !body.isEmpty
        && body.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy(isNameByte)
        }
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
    default: false
    }
}
