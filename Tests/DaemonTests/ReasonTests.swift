// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Paxos
import Testing

@testable import Daemon

/// Why a decree was made is one word, the same wherever it is read.
@Suite("reasons")
struct ReasonTests {
    /// The words as they are promised to whoever reads them: they never change.
    private static let words = [
        "elected", "expired", "transfer", "stop", "drain", "unhealthy", "joined", "left", "removed",
        "replaced", "promoted", "down", "up", "address", "settings", "recovered",
    ]

    @Test("there are just these, under the numbers that decrees have them by")
    func complete() {
        #expect(Cause.allCases.map(\.description) == Self.words)
        #expect(Cause.allCases.map(\.rawValue) == Array(1...16))
    }

    @Test(
        "a reason is the same word in events, the journal, the history and status",
        arguments: words
    )
    func everywhere(word: String) throws {
        let cause = try #require(Cause.allCases.first { $0.description == word })
        let decree = Samples.decree(leader: Samples.db2, cause: cause)

        let event = Event.decided(decree)
        #expect(event.cause == word)
        #expect(event.description.hasSuffix(" cause=\(word)"))
        #expect(event.fields.contains(JournalField("ELECTD_REASON", word)))

        let temporary = try TemporaryDirectory()
        var history = try History(in: temporary.path)
        try history.begin(nil)?()
        try history.note(decree, at: 1_795_224_001)()
        let read = try History(in: temporary.path)
        #expect(read.lines.compactMap { HistoryEntry(line: $0)?.cause } == [word])

        var report = StatusReport(
            name: "db1",
            clusterName: "test",
            bootID: [UInt8](repeating: 1, count: 16),
            version: "1"
        )
        let seen = View(
            decree: decree,
            needed: 2,
            reachable: 3,
            members: [],
            missing: [],
            activity: "following db2"
        )
        let answer = Answer(standing: .follower, decree: decree, validUntil: Samples.at(1_500))
        let status = report.status(answer, seen, sequence: 0, at: .zero)
        #expect(status.cause == word)
        #expect(status.text.contains("; decree 7: \(word) ("))
    }
}
