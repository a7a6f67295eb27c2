// SPDX-License-Identifier: Apache-2.0

import Session

/// Where a host is in the network: at home, the place that people wrote down when the cluster was
/// made, or at one of a few others that it was given since.
struct Place: Hashable, Sendable {
    let host: Int
    /// 0 is home.
    let number: Int

    init(_ host: Int, _ number: Int = 0) { (self.host, self.number) = (host, number) }

    /// As it stands in a decree.
    var text: String { number == 0 ? "n\(host + 1):7377" : "n\(host + 1).\(number):7377" }

    /// Reads what `text` writes; nil for anything else.
    init?(_ text: String) {
        let parts = text.dropFirst().prefix { $0 != ":" }.split(separator: ".")
        guard let name = parts.first.flatMap({ Int($0) }), parts.count <= 2 else { return nil }
        let number = parts.count == 2 ? Int(parts[1]) : 0
        guard let number, name >= 1 else { return nil }
        self.init(name - 1, number)
    }

    /// Where a datagram came from; nil for what is no host's place.
    init?(_ endpoint: Endpoint) {
        self.init(Int(endpoint.lower & 0xffff), Int(endpoint.lower >> 16 & 0xff))
        guard self.endpoint == endpoint else { return nil }
    }

    /// The address that real sessions send to.
    var endpoint: Endpoint {
        Endpoint(10, UInt8(number), UInt8(host >> 8 & 255), UInt8(host & 255), port: 7377)
    }
}
