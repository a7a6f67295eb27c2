// SPDX-License-Identifier: Apache-2.0

import Systemd
import Testing

@Suite("entries of the journal")
struct JournalEntryTests {
    @Test("a field is a line")
    func lines() {
        var entry = JournalEntry()
        entry.add("MESSAGE", "leads: epoch=7")
        entry.add("PRIORITY", "5")
        #expect(entry.bytes == Array("MESSAGE=leads: epoch=7\nPRIORITY=5\n".utf8))
    }

    @Test("a value of two lines has its length in front, so that it cannot forge a field")
    func severalLines() {
        var entry = JournalEntry()
        entry.add("MESSAGE", "one\nPRIORITY=0")
        let length: [UInt8] = [14, 0, 0, 0, 0, 0, 0, 0]
        #expect(entry.bytes == Array("MESSAGE\n".utf8) + length + Array("one\nPRIORITY=0\n".utf8))
    }

    @Test("a value may be empty")
    func empty() {
        var entry = JournalEntry()
        entry.add("ELECTD_CLUSTER", "")
        #expect(entry.bytes == Array("ELECTD_CLUSTER=\n".utf8))
    }
}
