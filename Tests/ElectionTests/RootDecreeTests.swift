// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

@Suite("the first decree of a recovered cluster")
struct RootDecreeTests {
    private let decided = Self.decree(7, epoch: 4)

    private static func decree(_ slot: Slot, epoch: UInt64) -> Decree {
        var state = Fixture.decree(slot, leader: Fixture.n2).state
        state.epoch = epoch
        return Decree(state, digest: QuickDigest.self)
    }

    private func record(_ node: NodeID = Fixture.n1) -> Record {
        Record(
            id: RecordID(9),
            node: node,
            origin: .join,
            decided: decided,
            promised: Ballot(round: 12, owner: Fixture.n2),
            accepted: Proposal(
                ballot: Ballot(round: 12, owner: Fixture.n2),
                value: Self.decree(8, epoch: 5)
            ),
            maxLease: .milliseconds(500)
        )
    }

    private func root(
        _ kept: [String] = ["n1", "n3"],
        random: UInt64 = 1
    ) throws -> ClusterState {
        try record().root(keeping: kept, after: decided, random: random)
    }

    @Test(
        "the survivor alone votes and leads; who is kept waits, down, to come with a new identity"
    )
    func members() throws {
        let state = try root()
        #expect(state.voters == [Fixture.n1] && state.leader == Fixture.n1)
        #expect(state.members.map(\.id) == [Fixture.n1, Fixture.n3])
        #expect(state.members[1].role == .observer && state.members[1].asked == .voter)
        #expect(!state.members[1].isUp && state.members[0].isUp)
        #expect(state.objection == nil)
        #expect(state.slot == 8 && state.previous == decided.id)
        #expect(state.cause == .recovered && state.askedBy == "n1")
    }

    @Test("a survivor that could not lead can now: nobody else does")
    func witness() throws {
        var state = decided.state
        state.members[0].role = .witness
        state.members[0].priority = 0
        state.members[0].isDrained = true
        let decree = Decree(state, digest: QuickDigest.self)
        let root = try record().root(keeping: [], after: decree, random: 1)
        #expect(root.members.count == 1 && root.members[0].mayLead)
    }

    @Test("its name is its own digest, and no recovery's epoch is below one that ever was")
    func identity() throws {
        let one = Decree(try root(random: 1), digest: QuickDigest.self)
        let other = Decree(try root(random: 2), digest: QuickDigest.self)
        #expect(one.cluster == one.id && other.cluster == other.id)
        #expect(one.cluster != decided.cluster && one.cluster != other.cluster)
        #expect(one.epoch == 1 << 32 && other.epoch == 2 << 32)
        let again = try record().root(
            keeping: [],
            after: Self.decree(9, epoch: 65_536 << 32 + 7),
            random: 65_536
        )
        #expect(again.epoch == 131_072 << 32)
    }

    @Test("what was promised and granted still binds, what was accepted does not")
    func memory() throws {
        let root = Decree(try root(), digest: QuickDigest.self)
        let after = record().recovered(by: root)
        #expect(after.decided == root && after.accepted == nil)
        #expect(after.promised == record().promised && after.maxLease == .milliseconds(500))
        #expect(after.node == Fixture.n1)
    }

    @Test("who is not a member is not kept, and who is none does not recover")
    func refused() {
        #expect(throws: RootError.noMember("n9", members: ["n1", "n2", "n3"])) {
            try root(["n9"])
        }
        #expect(
            "\(RootError.isNoMember("n4"))"
                == "n4 is no member by the newest decree that it knows; recover on a host that is one"
        )
        #expect(throws: RootError.isNoMember("n4")) {
            try record(Fixture.nodes[3]).root(keeping: [], after: decided, random: 1)
        }
    }

    @Test("a release that does not speak the cluster's version recovers nothing")
    func speaksOther() throws {
        #expect(
            "\(RootError.speaksOther("n1", version: 1))"
                == "the cluster speaks protocol version 1, and the release of electd on n1 does not; "
                + "install one that does"
        )
        #expect(throws: RootError.speaksOther("n1", version: 1)) {
            try record().root(keeping: [], after: decided, random: 1, speaking: 2...3)
        }
    }

    @Test("what the survivor has accepted may have been chosen, so its epoch is below the new one")
    func accepted() throws {
        var record = record()
        let ballot = Ballot(round: 12, owner: Fixture.n2)
        record.accepted = Proposal(ballot: ballot, value: Self.decree(8, epoch: 3 << 32 + 1))
        let root = try record.root(keeping: [], after: decided, random: 1)
        #expect(root.epoch == 4 << 32)
    }
}
