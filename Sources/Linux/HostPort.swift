// SPDX-License-Identifier: Apache-2.0

// `host:port` as people write it, where the host may be a name that only a resolver knows.
//
// An IPv6 address stands in brackets (RFC 3986, 3.2.2): without them nobody can tell its last group
// from a port.

/// A host, by name or number, and a port.
public struct HostPort: Hashable, Sendable, CustomStringConvertible {
    /// A name or a numeric address, without brackets.
    public let host: String

    /// The port, never 0 unless the caller asked for that.
    public let port: UInt16

    /// Reads `db1:7377`, `10.0.0.1:7377` or `[::1]:7377`.
    ///
    /// With a `defaultPort`, the port and its colon may be left out. Port 0, which asks the kernel to
    /// choose one, is accepted only with `allowingPortZero`.
    public init(
        _ text: String,
        defaultPort: UInt16? = nil,
        allowingPortZero: Bool = false
    ) throws(HostPortError) {
        let (host, rest) = try Self.split(text)
        if rest.isEmpty {
            guard let defaultPort else { throw .noPort(text) }
            port = defaultPort
        } else {
            let digits = rest.dropFirst()
            let isNumber = digits.allSatisfy { $0.isASCII && $0.isWholeNumber }
            guard isNumber, let number = UInt16(digits), number > 0 || allowingPortZero else {
                throw .badPort(text)
            }
            port = number
        }
        self.host = host
    }

    /// The host, and what follows it: nothing, or a colon and the port.
    private static func split(_ text: String) throws(HostPortError) -> (String, Substring) {
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else { throw .openBracket(text) }
            let host = String(text[text.index(after: text.startIndex)..<close])
            let rest = text[text.index(after: close)...]
            guard rest.isEmpty || rest.first == ":" else { throw .openBracket(text) }
            guard let address = SocketAddress(numericHost: host, port: 0), !address.isIPv4 else {
                throw .badHost(text)
            }
            return (host, rest)
        }
        let end = text.firstIndex(of: ":") ?? text.endIndex
        guard text[end...].filter({ $0 == ":" }).count < 2 else { throw .noBrackets(text) }
        let host = String(text[..<end])
        guard isName(host) else { throw .badHost(text) }
        return (host, text[end...])
    }

    /// Letters, digits, hyphens, underscores and dots, as DNS and /etc/hosts have them, or IPv4.
    private static func isName(_ host: String) -> Bool {
        let allowed = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard allowed, (1...253).contains(host.utf8.count), host.first != "-" else { return false }
        // No name ends in a number (RFC 3696, 2), but a mistyped address does, and getaddrinfo(3)
        // would take 10.0.1 for 10.0.0.1.
        let last = host.split(separator: ".").last ?? ""
        return !last.allSatisfy(\.isNumber) || SocketAddress(numericHost: host, port: 0) != nil
    }

    /// The address, if the host is numeric; a name needs a `Resolver`.
    public var numericAddress: SocketAddress? { SocketAddress(numericHost: host, port: port) }

    /// `db1:7377`, `[::1]:7377`.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// Why a text is no `host:port`.
public enum HostPortError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no port, and none is usual here.
    case noPort(String)

    /// The port is no number from 1 to 65535.
    case badPort(String)

    /// The host is empty, or neither a name nor an address.
    case badHost(String)

    /// An IPv6 address without brackets.
    case noBrackets(String)

    /// A bracket that is not closed, or is followed by something else than a colon.
    case openBracket(String)

    /// The text, what is wrong with it, and how to write it.
    public var description: String {
        switch self {
        case .noPort(let text): "“\(text)” has no port; write host:port, such as db1:7377"
        case .badPort(let text): "“\(text)”: the port must be a number from 1 to 65535"
        case .badHost(let text):
            "“\(text)”: the host must be a name (letters, digits, hyphens, dots) or an IP address"
        case .noBrackets(let text):
            "“\(text)”: an IPv6 address needs brackets, such as [fd00::1]:7377"
        case .openBracket(let text):
            "“\(text)”: write an IPv6 address as [address]:port, such as [fd00::1]:7377"
        }
    }
}
