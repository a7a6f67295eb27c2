// SPDX-License-Identifier: Apache-2.0

import FakeElectd
import Glibc
import Linux
import Testing

@testable import Daemon

@Suite("lines for the operator")
struct JournalLinesTests {
    private func pipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        let made = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        precondition(made == 0, "no pair of sockets")
        return (ends[0], ends[1])
    }

    private func take(_ end: Int32) -> String {
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe chunk.withUnsafeMutableBytes { buffer in
            unsafe recv(end, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        }
        return String(decoding: chunk.prefix(max(0, count)), as: UTF8.self)
    }

    @Test("a line says whose it is, or how much it matters")
    func prefixes() {
        let (end, descriptor) = pipe()
        defer { for one in [end, descriptor] { close(one) } }
        var plain = JournalLines(descriptor: descriptor, hasPriorities: false)
        plain.say(.warning, "the disk is slow")
        var journal = JournalLines(descriptor: descriptor, hasPriorities: true)
        journal.say(.warning, "the disk is slow")
        journal.say(.error, "two\nlines")
        #expect(
            take(end) == """
                electd: the disk is slow
                <4>the disk is slow
                <3>two
                <3>lines

                """
        )
    }

    @Test("a reader that hangs loses lines and is told how many; nobody waits for it")
    func full() {
        let (end, descriptor) = pipe()
        defer { for one in [end, descriptor] { close(one) } }
        var journal = JournalLines(descriptor: descriptor, hasPriorities: true)
        let long = String(repeating: "x", count: 1_000)
        for _ in 0..<2_000 { journal.say(.info, long) }
        while !take(end).isEmpty {}
        journal.say(.info, "after")
        let lines = take(end).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("<4>") == true)
        #expect(lines.first?.hasSuffix("lines were lost before this one") == true)
        #expect(lines.last == "<6>after")
    }
}
