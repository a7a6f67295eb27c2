// SPDX-License-Identifier: Apache-2.0

// Both kinds of address in one form: text, bytes, equality.

import Linux
import Testing

@Suite("Addresses")
struct SocketAddressTests {
    @Test(
        "numeric text becomes an address and prints in its shortest form",
        arguments: [
            ("10.0.0.1", "10.0.0.1:7377"),
            ("0.0.0.0", "0.0.0.0:7377"),
            ("::1", "[::1]:7377"),
            ("2001:DB8:0:0:0:0:0:1", "[2001:db8::1]:7377"),
            ("fe80::1%1", "[fe80::1%1]:7377"),
            ("fe80::1%lo", "[fe80::1%1]:7377"),
            ("::ffff:10.0.0.1", "10.0.0.1:7377"),
        ]
    )
    func prints(text: String, printed: String) throws {
        let address = try #require(SocketAddress(numericHost: text, port: 7377))
        #expect("\(address)" == printed)
    }

    @Test(
        "what is not numeric is no address",
        arguments: [
            "", "db1", "10.0.0", "10.0.0.256", "[::1]", "::1::", "10.0.0.1%lo", "fe80::1%",
            "fe80::1%no-such-interface", "::1 ", String(repeating: "1", count: 1000),
        ]
    )
    func refuses(text: String) {
        #expect(SocketAddress(numericHost: text, port: 1) == nil)
    }

    @Test("two halves stand for either kind, and back")
    func halves() throws {
        let four = SocketAddress(ipv4: (10, 0, 0, 1), port: 5)
        #expect(four.high == 0 && four.low == 0xffff_0a00_0001)
        #expect(SocketAddress(high: four.high, low: four.low, port: 5) == four)
        #expect(four.isIPv4)

        let six = try #require(
            SocketAddress(numericHost: "102:304:506:708:90a:b0c:d0e:f10", port: 5)
        )
        #expect(six.high == 0x0102_0304_0506_0708 && six.low == 0x090a_0b0c_0d0e_0f10)
        #expect(SocketAddress(high: six.high, low: six.low, port: 5) == six)
        #expect(!six.isIPv4)
    }

    @Test("addresses are near each other by the bits with which they begin")
    func commonBits() {
        let one = SocketAddress(ipv4: (127, 0, 0, 1), port: 5)
        #expect(one.commonBits(with: SocketAddress(ipv4: (127, 0, 0, 1), port: 9)) == 128)
        #expect(one.commonBits(with: SocketAddress(ipv4: (127, 0, 0, 2), port: 9)) == 126)
        #expect(one.commonBits(with: SocketAddress(ipv4: (10, 0, 0, 2), port: 9)) == 97)
        #expect(one.commonBits(with: .anyIPv6(port: 9)) == 80)
    }

    @Test("two addresses are one if host, interface and port are")
    func equality() {
        let one = SocketAddress(numericHost: "fe80::1%1", port: 5)
        #expect(one == SocketAddress(numericHost: "fe80:0::1%1", port: 5))
        #expect(one != SocketAddress(numericHost: "fe80::1%2", port: 5))
        #expect(one != SocketAddress(numericHost: "fe80::1%1", port: 6))
        #expect(SocketAddress.anyIPv4(port: 5) != SocketAddress.anyIPv6(port: 5))
    }
}
