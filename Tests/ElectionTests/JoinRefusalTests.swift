// SPDX-License-Identifier: Apache-2.0

import Paxos
import Testing

@testable import Election

/// Whoever may not join is told why and what to do, and so are those who let nobody in: one sentence,
/// on both sides. The commoner reasons are stories; these take crowds, or hosts that are not what they
/// say.
@Suite("who is not let in") struct JoinRefusalTests {
    private let stage = Stage()

    /// Both n1, which leads, and this host say so.
    private func bothSay(_ host: String, _ sentence: String) {
        let said = stage.lines.filter { $0.hasSuffix(": \(sentence)") }
        #expect(said.contains { $0.contains("  n1 not let in (\(host)): ") }, "\(sentence)")
        #expect(said.contains { $0.contains("  \(host) not let in (n1): ") }, "\(sentence)")
    }

    private func members() throws -> [String] {
        try #require(stage.actor("n1")?.record.decided?.state.members.map(\.id.name))
    }

    @Test("a host with the key of a member runs on a copy of that member's state directory")
    func key() throws {
        try stage.play("founded n1 n2 n3")
        try stage.play("spare n9")
        let (host, other) = (try #require(stage.actor("n9")), try #require(stage.actor("n3")))
        host.member.id = NodeID(name: "n9", key: other.member.id.key)
        host.record = Record(node: host.member.id, origin: .join)
        try stage.play("start n9")
        try stage.play("advance 100ms")
        bothSay(
            "n9",
            "n9 has the key of n3, so its state directory is a copy of that one; move it away on n9, "
                + "and start electd there: it makes a key of its own"
        )
        #expect(try members() == ["n1", "n2", "n3"])
    }

    @Test("a host that is not called as a host may be called")
    func name() throws {
        try stage.play("founded n1 n2 n3")
        try stage.play("spare n_9")
        try stage.play("start n_9")
        try stage.play("advance 100ms")
        bothSay(
            "n_9",
            "'n_9' is no name of a host: use letters, digits, hyphens and dots, at most 63, the first "
                + "one a letter or a digit"
        )
        #expect(try members() == ["n1", "n2", "n3"])
    }

    @Test("a host more than a cluster may have")
    func full() throws {
        try stage.play("founded n1")
        let others = (2...200).map { "n\($0):observer" }.joined(separator: " ")
        try stage.play("ask n1 members n1 \(others)")
        try stage.play("advance 50ms")
        try stage.play("spare n201")
        try stage.play("start n201")
        try stage.play("advance 100ms")
        bothSay("n201", "the cluster has 200 members, and no more fit; remove one first")
        #expect(try members().count == 200)
    }

    @Test("a host that says more of itself than a decree has room for; a modest one is let in")
    func long() throws {
        try stage.play("founded n1")
        for name in (2...13).map({ "n\($0)" }) {
            try stage.play("spare \(name)")
            if name != "n13" {
                let host = try #require(stage.actor(name))
                let address = String(repeating: "a", count: Member.addressLength)
                host.member.addresses = Array(repeating: address, count: Member.addressLimit)
                host.member.labels = (1...Member.labelLimit).map { key in
                    Label(key: "\(key)", value: String(repeating: "v", count: 250))
                }
            }
            try stage.play("start \(name)")
            try stage.play("advance 100ms")
        }
        let sentence =
            "the decree would be too long with n12 in it; use fewer labels and addresses"
        bothSay("n12", sentence)
        #expect(try members().count > 5)
        #expect(try members().last == "n13")
    }

    @Test("a host more than may wait at a time, while the leader's disk hangs")
    func crowd() throws {
        try stage.play("founded n1")
        try stage.play("disk n1 slow")
        let names = (2...34).map { "n\($0)" }
        for name in names {
            try stage.play("spare \(name)")
            try stage.play("start \(name)")
            try stage.play("advance 10ms")
        }
        let sentence =
            "32 hosts want to join already; n34 asks again by itself: let it, or stop those that are "
            + "not to join"
        bothSay("n34", sentence)
        // Who waits already asks again, and is not told that it is one too many.
        try stage.play("advance 2s")
        let refused = stage.lines.filter { $0.contains("not let in") && !$0.contains("n34") }
        #expect(refused.isEmpty, "\(refused)")
        try stage.play("disk n1 good")
        try stage.play("advance 6s")
        #expect(try members() == ["n1"] + names)
    }
}
