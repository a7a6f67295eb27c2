// SPDX-License-Identifier: Apache-2.0

// What goes out as bytes or text comes back as the same thing, and has one spelling.

import Testing

@testable import Session

@Suite("Keys, endpoints and names as bytes and as text")
struct SpellingTests {
    @Test("an IPv4 endpoint is the mapped IPv6 one")
    func mapped() throws {
        let endpoint = Endpoint(upper: 0, lower: 0xffff_0a00_0001, port: 7377)
        #expect(endpoint == Endpoint(10, 0, 0, 1, port: 7377))
        #expect(endpoint.isMappedV4)
        #expect("\(endpoint)" == "10.0.0.1:7377")
    }

    @Test(
        "IPv6 endpoints are written the short way",
        arguments: [
            ("20010db8000000000000000000000001", 0, "[2001:db8::1]:53"),
            ("fe800000000000000000000000000001", 2, "[fe80::1%2]:53"),
            ("00000000000000000000000000000000", 0, "[::]:53"),
            ("00000000000000000000000000000001", 0, "[::1]:53"),
            ("20010db8000000010000000000000000", 0, "[2001:db8:0:1::]:53"),
            ("20010000000000010000000000000001", 0, "[2001:0:0:1::1]:53"),
            ("20010db8000100010001000100010000", 0, "[2001:db8:1:1:1:1:1:0]:53"),
            ("00010002000300040005000600070008", 0, "[1:2:3:4:5:6:7:8]:53"),
        ] as [(String, UInt32, String)]
    )
    func short(hex: String, scope: UInt32, text: String) throws {
        let upper = try #require(UInt64(hex.prefix(16), radix: 16))
        let lower = try #require(UInt64(hex.suffix(16), radix: 16))
        let endpoint = Endpoint(upper: upper, lower: lower, port: 53, scope: scope)
        #expect("\(endpoint)" == text)
        #expect(endpoint.scope == scope && endpoint.port == 53)
        #expect(!endpoint.isMappedV4)
    }

    @Test("keys sort as their bytes do, and come back as the bytes they were")
    func keys() throws {
        var random = SeededRandom(seed: 8)
        for _ in 0..<200 {
            var (one, other) = (random.bytes(32), random.bytes(32))
            let common = Int(random.next() % 33)
            other.replaceSubrange(..<common, with: one[..<common])
            one[0] &= 1
            other[0] &= 1
            let (a, b) = (try #require(PeerKey(bytes: one)), try #require(PeerKey(bytes: other)))
            #expect((a < b) == one.lexicographicallyPrecedes(other))
            #expect((a == b) == (one == other))
            #expect(a.bytes == one)
        }
        #expect(PeerKey(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(PeerKey(bytes: [UInt8](repeating: 0, count: 33)) == nil)
        let key = try #require(PeerKey(bytes: [UInt8](0..<32)))
        #expect("\(key)" == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    }

    @Test("the name and the versions of a host arrive as they were sent")
    func introduction() {
        let longest = String(repeating: "x", count: 63)
        for name in ["a", "db-1.example.org", longest] {
            let sent = Introduction(name: name, versions: Town.versions)
            #expect(sent.bytes.count == Introduction.bytesCount)
            #expect(Introduction(bytes: sent.bytes) == sent)
        }
    }

    @Test("an introduction is refused for its length, its name or its versions")
    func badIntroduction() {
        let good = Introduction(name: "db1", versions: Town.versions).bytes
        func isRefused(_ change: (inout [UInt8]) -> Void) -> Bool {
            var bytes = good
            change(&bytes)
            return Introduction(bytes: bytes) == nil
        }
        #expect(!isRefused { _ in })
        #expect(!isRefused { $0[65] = 9 })
        #expect(isRefused { $0.removeLast() })
        #expect(isRefused { $0.append(0) })
        #expect(isRefused { $0[0] = 3 })
        #expect(isRefused { $0[2] = 0 })
        #expect(isRefused { $0[2] = 4 })
        #expect(isRefused { $0[2] = 64 })
        #expect(isRefused { $0[2] = 255 })
        // A name may begin with neither hyphen nor dot: it stands in file names and on command lines.
        for byte in [0, 10, 32, 45, 46, 47, 64, 95, 127, 200] as [UInt8] {
            #expect(isRefused { $0[3] = byte }, "byte \(byte)")
        }
        #expect(VersionRange(oldest: 2, newest: 1) == nil)
    }
}
