// SPDX-License-Identifier: Apache-2.0

// One of three voters is down, and an operator adds a fourth with a slip in its address: a member
// that never existed. In systems that take the change the quorum is now three of four, of whom two
// live, and the cluster is lost for ever: not even the removal of the ghost can be decided. The
// change is legal and final, so nobody may ask for it: an operator only says who may come, and a
// host that has never come is no member.
//
// Source: etcd issues 3505 (2015) and 6420 (2016); PROTOCOL section 4, hazard 7.

import Election
import Paxos

extension Scenario {
    static let memberThatNeverExisted = Scenario(
        "member-that-never-existed",
        "A host is added that does not exist; as a voter it would cost the quorum, so it is none.",
        source: "etcd issues 3505 (2015) and 6420 (2016)"
    ) {
        var stage = Stage("n1", "n2", "n3")
        stage.shows.subtract([.canvass, .canvassReply])
        stage.film()
        stage.crash("n3")
        stage.run(for: stage.settings.lease)
        let ghost = NodeID(name: "n4", key: PublicKey(words: (4, 0, 0, 1)))
        let quorum = Quorum(of: (stage.truth.newest?.quorum.voters ?? []) + [ghost])
        stage.claim(
            "with the ghost \(quorum.needed) of \(quorum.voters.count) would be needed, and 2 live: "
                + "nothing could be decided any more",
            !quorum.isMet { $0.name == "n1" || $0.name == "n2" }
        )
        stage.note("n1 is asked to add n4, which nobody has ever heard of")
        stage.ask("n1", .admit(name: "n4", role: .voter))
        stage.run(for: .milliseconds(50))
        stage.claim("it may come, and that is all", stage.outcomes == [.done(slot: 2)])
        stage.note("n1 is asked to make n4 a voter all the same")
        stage.ask("n1", .set(name: "n4", MemberChange(role: .voter)), force: true)
        stage.run(for: .milliseconds(50))
        stage.claim(
            "n1 refuses, and says why",
            stage.outcomes.last
                == .refused("there is no member n4; the members are n1, n2, n3")
        )
        stage.claim(
            "the quorum is still two of three, and n1 leads on",
            stage.truth.newest?.quorum.voters.count == 3 && stage.leader == "n1"
        )
        stage.note("n3 comes back: the cluster is as good as before")
        stage.start("n3")
        stage.run { $0.isFollowed("n1") }
        stage.claim("n1 is followed by all", stage.isFollowed("n1"))
        return [stage.act()]
    }
}
