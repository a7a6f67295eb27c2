// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import Linux
import Testing

@testable import Daemon

@Suite("releases that speak different versions of the protocol")
struct VersionTests {
    private let port: UInt16

    init() throws {
        let loopback = SocketAddress(ipv4: (127, 0, 0, 1), port: 0)
        port = try UDPSocket(bind: loopback).local.port
    }

    /// A cluster of one, and a host that wants to join it.
    private func hosts(
        _ cluster: ClosedRange<UInt8>,
        _ joiner: ClosedRange<UInt8>
    ) throws -> (cluster: NodeUnderTest, joiner: NodeUnderTest) {
        let cluster = try NodeUnderTest(versions: cluster, port: port)
        while cluster.node.leader(at: .now()).role != .leader { try cluster.turn() }
        let address = "127.0.0.1:\(port)"
        return (cluster, try NodeUnderTest("db2", versions: joiner, join: [address]))
    }

    /// Lets both take turns until it is so.
    private func play(
        _ cluster: NodeUnderTest,
        _ joiner: NodeUnderTest,
        until isSo: () throws -> Bool
    ) throws {
        let patience = Instant.now() + .milliseconds(60_000)
        while try !isSo() {
            guard Instant.now() < patience else {
                let said = try (cluster.journal(), joiner.journal())
                Issue.record("in vain:\n\(said.0)\n\(said.1)")
                return
            }
            try cluster.turn(limit: .milliseconds(2))
            try joiner.turn(limit: .milliseconds(2))
        }
    }

    @Test(
        "with no version in common both say so, nobody joins, and the cluster goes on",
        arguments: [(1...1, 2...3), (3...4, 1...2)] as [(ClosedRange<UInt8>, ClosedRange<UInt8>)]
    )
    func disjoint(own: ClosedRange<UInt8>, other: ClosedRange<UInt8>) throws {
        let (cluster, joiner) = try hosts(own, other)
        let end = "they cannot speak with each other; bring both hosts to one release"
        func text(_ range: ClosedRange<UInt8>) -> String {
            "\(range.lowerBound) to \(range.upperBound)"
        }
        let ofJoiner = "db2 speaks protocol versions \(text(other)), this host \(text(own)): \(end)"
        let ofCluster =
            "db1 speaks protocol versions \(text(own)), this host \(text(other)): \(end)"
        try play(cluster, joiner) {
            try cluster.journal().contains(ofJoiner) && joiner.journal().contains(ofCluster)
        }
        let epoch = cluster.node.leader(at: .now()).epoch
        let until = Instant.now() + .milliseconds(1500)
        try play(cluster, joiner) { Instant.now() > until }
        #expect(cluster.node.leader(at: .now()).role == .leader)
        #expect(cluster.node.leader(at: .now()).epoch == epoch)
        #expect(cluster.node.status(at: .now()).members.map(\.name) == ["db1"])
        #expect(joiner.node.status(at: .now()).members.isEmpty)
        #expect(try cluster.journal().components(ofJoiner) == 1, "said once")
    }

    @Test("a newer release joins an older cluster, and speaks its version")
    func newer() throws {
        let (cluster, joiner) = try hosts(1...1, 1...3)
        try play(cluster, joiner) {
            joiner.node.status(at: .now()).members.map(\.name) == ["db1", "db2"]
        }
        #expect(try !cluster.journal().contains("protocol version"))
    }

    @Test("a release that lacks the version agreed on is refused, and hears why in one that it has")
    func behind() throws {
        let (cluster, joiner) = try hosts(1...2, 1...1)
        var change = SettingsChange()
        change.protocolVersion = 2
        cluster.node.ask(.settings(change), force: false, id: RequestID(1))
        // Who asks before it is decided is let in, and only may not vote.
        func isRaised() -> Bool {
            let decree = cluster.node.replica.view(at: .now()).decree
            return decree?.state.settings.protocolVersion == 2
        }
        while !isRaised() { try cluster.turn() }
        let sentence =
            "db2 speaks protocol versions 1 to 1, this cluster speaks 2; install a release that "
            + "speaks it"
        try play(cluster, joiner) {
            try cluster.journal().contains(sentence) && joiner.journal().contains(sentence)
        }
        #expect(cluster.node.status(at: .now()).members.map(\.name) == ["db1"])
    }
}

extension String {
    /// How often `part` stands in it.
    fileprivate func components(_ part: String) -> Int {
        var (count, rest) = (0, self[...])
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
