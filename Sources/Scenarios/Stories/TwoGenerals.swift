// SPDX-License-Identifier: Apache-2.0

// Two generals must both attack or both stay, and every messenger may be caught. Whoever sends the
// last message cannot know whether it came, so nothing that he does may depend on it; and then the
// one before is the last. It follows that no number of messages makes both sure. What can be had is
// that a wrong guess does no harm: whoever is not sure says so.
//
// A replica is a value, so the argument can be carried out: the story is stopped after its first
// message, its second, and so on, and goes on twice, once with that message and once without. The
// sender is the same value in both.
//
// Source: Akkoyunlu, Ekanadham, Huber (1975); Gray, Notes on Data Base Operating Systems (1978).

import Election
import Paxos

extension Scenario {
    static let twoGenerals = Scenario(
        "two-generals",
        "The last message is always in doubt: its sender is the same whether it came or not.",
        source: "J. Gray, Notes on Data Base Operating Systems, 1978"
    ) {
        var stage = Stage("n1", "n2")
        stage.shows = [.accept, .accepted, .decided, .heartbeat, .ack]
        stage.film()
        stage.ask("n1", .set(name: "n2", MemberChange(addresses: ["n2:9999"])))
        var messages = 0
        var isEverTold = false
        while messages < 6 {
            // Up to the moment before the next message comes.
            stage.run { $0.nextPacket != nil }
            guard let packet = stage.nextPacket else { break }
            messages += 1
            var with = stage
            var without = stage
            without.catchNextPacket()
            for _ in 0..<20 where with.nextPacket?.envelope == packet.envelope { with.runOne() }
            without.run(for: with.now - without.now)
            let sender = packet.from
            isEverTold =
                isEverTold
                || with.hosts[sender].process?.replica != without.hosts[sender].process?.replica
            stage = with
        }
        stage.note("from here on every messenger is caught")
        stage.cut("n1", "n2")
        stage.run(for: stage.settings.lease * 2)
        stage.claim(
            "the conversation was stopped after each of \(messages) messages",
            messages == 6
        )
        stage.claim(
            "every time its sender was the very same value, whether the message came or was lost",
            !isEverTold
        )
        stage.claim("cut off, neither is sure, and both say so", stage.isNobodySure)
        stage.claim(
            "what had been decided stands: both hold decree 2",
            stage.disk("n1").decided?.slot == 2 && stage.disk("n2").decided?.slot == 2
        )
        return [stage.act()]
    }
}
