// SPDX-License-Identifier: Apache-2.0

// The clock, the boot and the time namespace are compared with what /proc says of them.

import FoundationEssentials
import Linux
import Testing

@Suite("The boot clock")
struct BootClockTests {
    @Test("the clock does not go back")
    func neverBack() {
        var last = BootClock.now()
        #expect(last > 0)
        for _ in 0..<1000 {
            let now = BootClock.now()
            #expect(now >= last)
            last = now
        }
    }

    @Test("the boot id is the kernel's, byte by byte")
    func bootID() throws {
        let bytes = try BootClock.bootID()
        let text = try File.contents("/proc/sys/kernel/random/boot_id", limit: 64)
        let digits = text.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "\n") }
        let printed = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        #expect(printed.joined() == String(decoding: digits, as: UTF8.self))
    }

    @Test("the time namespace is the one that /proc shows")
    func namespace() throws {
        let link = try FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/ns/time"
        )
        #expect(link == "time:[\(try BootClock.timeNamespace())]")
    }

    @Test("random bytes are as many as were asked for, and others the next time")
    func random() throws {
        let first = try randomBytes(32)
        #expect(first.count == 32)
        #expect(try randomBytes(32) != first)
        #expect(try randomBytes(0) == [])
    }
}
