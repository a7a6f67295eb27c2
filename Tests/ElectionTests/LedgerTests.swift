// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Election

/// What waits for which write (R4).
@Suite struct LedgerTests {
    @Test("an answer waits for the newest write of what it rests on, and for no other")
    func parts() {
        var ledger = Ledger(written: 7)
        #expect(ledger.after(.promised, .accepted) == nil)
        ledger.changed(.promised)
        #expect(ledger.after(.promised) == RecordID(8))
        #expect(ledger.after(.maxLease) == nil)
        #expect(ledger.begin() == RecordID(8))
        #expect(ledger.begin() == nil)
        // What changes while a write is under way goes into the next one.
        ledger.changed(.maxLease)
        #expect(ledger.after(.promised) == RecordID(8))
        #expect(ledger.after(.promised, .maxLease) == RecordID(9))
        ledger.stored(RecordID(8))
        #expect(ledger.after(.promised) == nil)
        #expect(ledger.number(nil) == 8)
        #expect(ledger.begin() == RecordID(9))
        ledger.stored(RecordID(9))
        #expect(ledger.begin() == nil)
    }
}
