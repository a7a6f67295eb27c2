// SPDX-License-Identifier: Apache-2.0

// What people write, and the sentence each mistake gets.

import Linux
import Testing

@Suite("host:port")
struct HostPortTests {
    @Test(
        "a host and a port are read and printed again",
        arguments: [
            ("db1:7377", "db1"), ("db1.example.org:1", "db1.example.org"),
            ("db1.example.org.:1", "db1.example.org."),
            ("10.0.0.1:65535", "10.0.0.1"), ("[::1]:7377", "::1"),
            ("[fe80::1%1]:7377", "fe80::1%1"),
        ]
    )
    func reads(text: String, host: String) throws {
        let read = try HostPort(text)
        #expect(read.host == host)
        #expect("\(read)" == text)
    }

    @Test("a usual port may be left out", arguments: ["db1", "10.0.0.1", "[::1]"])
    func usualPort(text: String) throws {
        #expect(try HostPort(text, defaultPort: 7377).port == 7377)
        #expect(throws: HostPortError.noPort(text)) { try HostPort(text) }
    }

    @Test("port 0 is for who asks for it")
    func zero() throws {
        #expect(throws: HostPortError.badPort("db1:0")) { try HostPort("db1:0") }
        #expect(try HostPort("db1:0", allowingPortZero: true).port == 0)
    }

    @Test("a number is an address at once, a name is not")
    func numeric() throws {
        #expect(try HostPort("[::1]:7").numericAddress.map { "\($0)" } == "[::1]:7")
        #expect(try HostPort("db1:7").numericAddress == nil)
    }

    @Test(
        "each mistake gets the sentence that mends it",
        arguments: [
            ("db1", "“db1” has no port; write host:port, such as db1:7377"),
            ("db1:", "“db1:”: the port must be a number from 1 to 65535"),
            ("db1:x", "“db1:x”: the port must be a number from 1 to 65535"),
            ("db1:+1", "“db1:+1”: the port must be a number from 1 to 65535"),
            ("db1:65536", "“db1:65536”: the port must be a number from 1 to 65535"),
            (
                ":7377",
                "“:7377”: the host must be a name (letters, digits, hyphens, dots) "
                    + "or an IP address"
            ),
            (
                "d b:7377",
                "“d b:7377”: the host must be a name (letters, digits, hyphens, dots) "
                    + "or an IP address"
            ),
            (
                "10.0.1:7377",
                "“10.0.1:7377”: the host must be a name (letters, digits, hyphens, dots) "
                    + "or an IP address"
            ),
            (
                "-db1:7377",
                "“-db1:7377”: the host must be a name (letters, digits, hyphens, dots) "
                    + "or an IP address"
            ),
            (
                "[db1]:7377",
                "“[db1]:7377”: the host must be a name (letters, digits, hyphens, dots) "
                    + "or an IP address"
            ),
            (
                "fd00::1:7377",
                "“fd00::1:7377”: an IPv6 address needs brackets, such as [fd00::1]:7377"
            ),
            (
                "[::1:7377",
                "“[::1:7377”: write an IPv6 address as [address]:port, such as [fd00::1]:7377"
            ),
            (
                "[::1]7377",
                "“[::1]7377”: write an IPv6 address as [address]:port, such as [fd00::1]:7377"
            ),
        ]
    )
    func mistakes(text: String, expected: String) {
        let error = #expect(throws: HostPortError.self) { try HostPort(text) }
        #expect(sentence(of: error) == expected)
    }
}
