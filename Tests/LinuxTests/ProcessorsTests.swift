// SPDX-License-Identifier: Apache-2.0

import Linux
import Testing

@Suite("where a thread may run")
struct ProcessorsTests {
    @Test("a thread that is confined to one processor is on that one, until it is let go")
    func confines() throws {
        let before = try Processors(of: 0)
        #expect(before.count > 0)
        let one = before.first
        #expect(one.count == 1)
        try one.confine(0)
        #expect(try Processors(of: 0) == one)
        try before.confine(0)
        #expect(try Processors(of: 0) == before)
    }

    @Test("of a thread that is not there, nothing is known")
    func noThread() throws {
        let all = try Processors(of: 0)
        // No process has the highest number that there is.
        #expect(throws: SystemError.self) { try Processors(of: .max) }
        #expect(throws: SystemError.self) { try all.confine(.max) }
    }
}
