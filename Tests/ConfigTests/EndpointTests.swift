// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Config

@Suite("Addresses as people write them")
struct EndpointTests {
    @Test(
        "a host and a port, or a host alone",
        arguments: [
            ("10.0.0.1:7000", "10.0.0.1:7000", Endpoint.Kind.ipv4),
            ("10.0.0.1", "10.0.0.1:7377", .ipv4),
            ("[::]:7377", "[::]:7377", .ipv6),
            ("[fd00::1]", "[fd00::1]:7377", .ipv6),
            ("[fe80::1%eth0]:1", "[fe80::1%eth0]:1", .ipv6),
            ("db1", "db1:7377", .name),
            ("db-1.example.com:65535", "db-1.example.com:65535", .name),
        ]
    )
    func read(text: String, printed: String, kind: Endpoint.Kind) throws {
        let endpoint = try Endpoint(text)
        #expect(endpoint.description == printed)
        #expect(endpoint.kind == kind)
        #expect(try Endpoint(printed) == endpoint)
    }

    @Test("the addresses that stand for all are known")
    func wildcards() throws {
        #expect(try Endpoint("0.0.0.0").isWildcard && Endpoint("[::]").isWildcard)
        #expect(try !Endpoint("10.0.0.0").isWildcard && !Endpoint("[::1]").isWildcard)
    }

    @Test(
        "what is no address is refused with the reason",
        arguments: [
            ("", EndpointError.notAnIPv4Address("")),
            ("10.0.0.256", .notAnIPv4Address("10.0.0.256")),
            ("10.0.0:1", .notAnIPv4Address("10.0.0:1")),
            ("::1", .needsBrackets("::1")),
            ("[::1", .openBracket("[::1")),
            ("[::g]:1", .notAnIPv6Address("[::g]:1")),
            ("[10.0.0.1]:1", .notAnIPv6Address("[10.0.0.1]:1")),
            ("db 1", .notAName("db 1")),
            ("-db", .notAName("-db")),
            ("db..example", .notAName("db..example")),
            ("db1:", .notAPort("db1:")),
            ("db1:0", .notAPort("db1:0")),
            ("db1:65536", .notAPort("db1:65536")),
            ("db1:+1", .notAPort("db1:+1")),
            ("[::1]7377", .notAPort("[::1]7377")),
        ]
    )
    func refused(text: String, error: EndpointError) {
        #expect(throws: error) { try Endpoint(text) }
        #expect(error.description.contains("'\(text)'"))
    }
}
