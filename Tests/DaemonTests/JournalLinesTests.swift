// SPDX-License-Identifier: Apache-2.0

import Election
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

    @Test("no line gives an order to a terminal")
    func controls() {
        let (end, descriptor) = pipe()
        defer { for one in [end, descriptor] { close(one) } }
        var journal = JournalLines(descriptor: descriptor, hasPriorities: false)
        journal.say(.notice, "labels a=\u{1B}]0;x\u{7} \u{9B}2J b\u{85}c\u{2028}é\nnext")
        #expect(take(end) == "electd: labels a= ]0;x   2J b c é\nelectd: next\n")
    }

    @Test("a line that is too long is cut off, and the next is a line of its own")
    func long() {
        let (end, descriptor) = pipe()
        defer { for one in [end, descriptor] { close(one) } }
        var journal = JournalLines(descriptor: descriptor, hasPriorities: false)
        journal.say(.notice, String(repeating: "x", count: 5000))
        journal.say(.notice, "next")
        let said = take(end)
        #expect(said.utf8.count == 4096 + "electd: next\n".utf8.count)
        #expect(said.hasSuffix("x\nelectd: next\n"))
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

    /// Takes entries at a path, as journald does.
    private func bind(_ path: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            unsafe room.copyBytes(from: path.utf8)
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        let bound = unsafe withUnsafeBytes(of: address) { bytes in
            unsafe Glibc.bind(
                descriptor,
                bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(bytes.count)
            )
        }
        precondition(bound == 0, "nothing is bound at \(path)")
        return descriptor
    }

    @Test("where there is a journal a line is an entry, with its fields behind it")
    func entries() throws {
        let directory = try TemporaryDirectory()
        let end = bind("\(directory.path)/socket")
        defer { close(end) }
        let way = try UnixDatagram(to: "\(directory.path)/socket")
        var journal = JournalLines(entries: way, descriptor: -1)
        journal.say(.notice, "leads: epoch=7", [JournalField("ELECTD_EPOCH", "7")])
        #expect(
            take(end) == """
                MESSAGE=leads: epoch=7
                PRIORITY=5
                SYSLOG_IDENTIFIER=electd
                ELECTD_EPOCH=7

                """
        )
    }

    @Test("a journal that hangs loses entries and is told how many; nobody waits for it")
    func fullJournal() throws {
        let directory = try TemporaryDirectory()
        let end = bind("\(directory.path)/socket")
        defer { close(end) }
        let way = try UnixDatagram(to: "\(directory.path)/socket")
        var journal = JournalLines(entries: way, descriptor: -1)
        let long = String(repeating: "x", count: 1_000)
        for _ in 0..<2_000 { journal.say(.info, long) }
        while !take(end).isEmpty {}
        journal.say(.info, "after")
        #expect(take(end).contains("lines were lost before this one\nPRIORITY=4\n"))
        #expect(take(end).hasPrefix("MESSAGE=after\n"))
    }

    @Test(
        "a journal that is started anew is found again; meanwhile lines go where they would without"
    )
    func newJournal() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/socket"
        let (end, descriptor) = pipe()
        defer { for one in [end, descriptor] { close(one) } }
        let way = try UnixDatagram(to: path)
        var journal = JournalLines(entries: way, descriptor: descriptor)
        for epoch in 1...3 {
            let place = bind(path)
            journal.say(.notice, "leads: epoch=\(epoch)")
            #expect(take(place).hasPrefix("MESSAGE=leads: epoch=\(epoch)\n"))
            close(place)
            // Its file is still there, and then it is not.
            for text in ["nobody listens", "nobody is there"] {
                journal.say(.warning, text)
                #expect(take(end) == "<4>\(text)\n")
                _ = unsafe unlink(path)
            }
        }
    }

    @Test("each kind of event has a number of its own, and the fields that it knows")
    func fields() {
        let decided = Event.decided(Samples.decree(slot: 7, epoch: 4))
        let found = Dictionary(uniqueKeysWithValues: decided.fields.map { ($0.name, $0.value) })
        #expect(found["ELECTD_SLOT"] == "7")
        #expect(found["ELECTD_EPOCH"] == "4")
        #expect(found["ELECTD_LEADER"] == "db1")
        #expect(found["ELECTD_REASON"] == "expired")
        #expect(Event.copied(Samples.db2).fields.last == JournalField("ELECTD_PEER", "db2"))
        #expect(Event.unsure.messageID != Event.removed.messageID)
        #expect(Event.unsure.messageID.count == 32)
    }
}
