// SPDX-License-Identifier: Apache-2.0

import Election
import Linux
import Session
import Testing

@testable import Daemon

/// Two hosts with different cluster keys, as far as the datagrams go.
@Suite("what is said of dropped datagrams")
struct DropNoticesTests {
    private let source = Session.Endpoint(10, 0, 0, 7, port: 7377)

    /// Counts after so many datagrams of a host with another key.
    private func counts(afterStrangers count: Int) throws -> [DropCounts] {
        var random = SplitMix64(seed: 1)
        let versions = try #require(VersionRange(oldest: 1, newest: 1))
        func sessions() -> Sessions {
            Sessions(
                identity: StaticKey(using: &random),
                name: "db1",
                versions: versions,
                ring: KeyRing(ClusterKey(using: &random)),
                using: &random
            )
        }
        var here = sessions()
        var there = sessions()
        var counts = [here.drops]
        for number in 0..<count {
            let begun = there.begin(
                at: [Session.Endpoint(10, 0, 0, 1, port: UInt16(number + 1))],
                expecting: nil,
                at: 0,
                using: &random
            )
            let datagram = try #require(begun.outgoing.first).datagram
            let effects = here.receive(datagram, from: source, at: 0, using: &random)
            #expect(effects.outgoing.isEmpty, "who lacks the cluster key gets no answer")
            counts.append(here.drops)
        }
        return counts
    }

    @Test("another cluster key is said at once, with who it was and what to do")
    func wrongKey() throws {
        var notices = DropNotices()
        let counts = try counts(afterStrangers: 2)
        notices.note(counts[0], counts[1], from: source)
        #expect(notices.deadline == .zero)
        let said = notices.due(at: Samples.at(5))
        #expect(said.count == 1)
        #expect(said[0].hasPrefix("a datagram was dropped, the last from 10.0.0.7:7377: "))
        #expect(said[0].contains("give all hosts of the cluster the same key file"))
    }

    @Test("and then no more than every ten seconds, with how many there were")
    func rarely() throws {
        var notices = DropNotices()
        let counts = try counts(afterStrangers: 4)
        notices.note(counts[0], counts[1], from: source)
        _ = notices.due(at: Samples.at(5))
        #expect(notices.deadline == nil)
        notices.note(counts[1], counts[2], from: source)
        notices.note(counts[2], counts[4], from: source)
        #expect(notices.due(at: Samples.at(10_004)).isEmpty)
        let said = notices.due(at: Samples.at(10_005))
        #expect(said.first?.hasPrefix("3 datagrams were dropped") == true)
    }
}
