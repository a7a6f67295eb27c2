// SPDX-License-Identifier: Apache-2.0

import Paxos
import Testing

@Suite("what this program promises itself")
struct InvariantTests {
    @Test("a promise that is kept costs no sentence")
    func kept() {
        var sentences = 0
        func sentence() -> String {
            sentences += 1
            return "never said"
        }
        invariant(sentences == 0, sentence())
        #expect(sentences == 0)
    }

    @Test("one that is broken ends the process, and the state is said, optimised or not")
    func broken() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
        {
            let slot = 3
            invariant(slot > 7, "slot \(slot) after 7")
        }
        let said = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(said.contains("slot 3 after 7"), "\(said)")
        #expect(said.contains("InvariantTests.swift"), "\(said)")
    }
}
