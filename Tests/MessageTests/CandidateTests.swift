// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// What a candidate takes from the answers of the others, and a leader from theirs.
@Suite struct CandidateTests {
    @Test("with willing peers it stands one round higher, is chosen, and leads")
    func willing() {
        var candidate = Three.candidate()
        candidate.pass(.milliseconds(50))
        #expect(candidate.ballots == [Ballot(round: 6, owner: Three.n2)])
        #expect(candidate.events.contains(.leads(epoch: 4)))
    }

    @Test("the next round is above every one that it was refused with (R3)")
    func refused() {
        let higher = Ballot(round: 9, owner: Three.n3)
        var candidate = Three.candidate { node, body in
            guard case .prepare(let request) = body, request.prepare.ballot < higher else {
                return Three.willing(node, body)
            }
            return .refuse(
                Refusal(
                    ballot: request.prepare.ballot,
                    promised: higher,
                    freeIn: .zero,
                    reason: .promised
                )
            )
        }
        candidate.pass(.milliseconds(2000))
        #expect(candidate.ballots.prefix(2).map(\.round) == [6, 10])
    }

    @Test("voters that say they are bound for a minute are asked again after two leases")
    func bound() {
        var candidate = Three.candidate { node, body in
            guard case .prepare(let request) = body else { return Three.willing(node, body) }
            return .refuse(
                Refusal(
                    ballot: request.prepare.ballot,
                    promised: .zero,
                    freeIn: .milliseconds(60_000),
                    reason: .bound
                )
            )
        }
        candidate.pass(.milliseconds(900))
        #expect(candidate.ballots.map(\.round) == [6], "not as fast as they refuse")
        candidate.pass(.milliseconds(900))
        #expect(candidate.ballots.map(\.round) == [6, 7], "they may have been let go of since")
    }

    @Test("what a host that has no vote says of rounds is not believed (R3)")
    func strangersRound() {
        var candidate = Three.candidate { node, body in
            // The first ballot comes to nothing.
            if case .prepare(let request) = body, request.prepare.ballot.round == 6 { return nil }
            return Three.willing(node, body)
        }
        let promised = Ballot(round: 1000, owner: Three.n4)
        let refusal = Refusal(ballot: .zero, promised: promised, freeIn: .zero, reason: .promised)
        candidate.hear(.refuse(refusal), slot: 5, from: Three.n4)
        candidate.pass(.milliseconds(3000))
        #expect(candidate.ballots.map(\.round) == [6, 7])
    }

    @Test("after the last round that others would read there is none, and no endless search (R3)")
    func lastRound() {
        var candidate = Three.candidate { node, body in
            guard case .canvass = body else { return nil }
            let promised = Ballot(round: Ballot.heardLimit - 1, owner: node)
            return .canvassReply(
                CanvassReply(durableSlot: 5, promised: promised, freeIn: .zero, serves: true)
            )
        }
        candidate.pass(.milliseconds(10_000))
        #expect(candidate.ballots == [])
    }

    @Test("voters that are free and serve nobody are asked again, and not as fast as they answer")
    func unserved() {
        var candidate = Three.candidate { _, body in
            guard case .canvass = body else { return nil }
            return .canvassReply(
                CanvassReply(durableSlot: 5, promised: .zero, freeIn: .zero, serves: false)
            )
        }
        // It is the first in line: nothing else keeps it from asking.
        let release = Release(ballot: Ballot(round: 5, owner: Three.n1), successor: Three.n2)
        candidate.hear(.release(release), slot: 5, from: Three.n1)
        let before = candidate.said.count
        candidate.pass(.milliseconds(100))
        let canvasses = candidate.said[before...].count(where: \.isCanvass)
        #expect((10...22).contains(canvasses), "both are asked every 10 ms")
        #expect(candidate.ballots == [])
    }

    @Test("who does not understand the whole decree votes and never stands (R11)")
    func newer() throws {
        let bytes = Three.decree().bytes + [200, 0, 1, 9]
        let decree = try Decree(decoding: bytes, digest: ToyDigest.self)
        var candidate = Three.candidate(decree)
        candidate.pass(.milliseconds(5000))
        #expect(candidate.ballots == [])
        #expect(!candidate.events.contains(.canvassing(slot: 6)))
        let ballot = Ballot(round: 7, owner: Three.n3)
        candidate.hear(
            .prepare(PrepareRequest(prepare: Prepare(ballot: ballot, slot: 6))),
            slot: 5,
            from: Three.n3
        )
        #expect(candidate.said.contains { $0.promise?.promise.ballot == ballot })
    }

    @Test("a value reported by a promise must be able to follow ours, or it is not proposed (R13)")
    func oddPromise() {
        var state = Three.decree(6, after: Three.decree()).state
        state.epoch = 2
        let odd = Decree(state, digest: ToyDigest.self)
        var candidate = Three.candidate { node, body in
            guard case .promise(var reply) = Three.willing(node, body) else {
                return Three.willing(node, body)
            }
            let ballot = reply.promise.ballot
            let accepted = Proposal(ballot: Ballot(round: 1, owner: node), value: odd)
            reply.promise = Promise(ballot: ballot, slot: reply.promise.slot, accepted: accepted)
            return .promise(reply)
        }
        candidate.pass(.milliseconds(50))
        for case .accept(let request) in candidate.said {
            #expect(request.accept.value.epoch >= 3)
        }
        let said = "epoch 2 after 3 in slot 6"
        #expect(candidate.events.contains(.contradiction(Three.n3, said)))
    }

    @Test("an accept whose epoch goes back, or of another cluster, is refused and said (R11)")
    func oddAccept() {
        for (epoch, cluster, said) in [
            (2, 1, "epoch 2 after 3 in slot 6"), (3, 2, "decree 6 is of another cluster"),
        ] as [(UInt64, UInt8, String)] {
            var state = Three.decree(6, after: Three.decree()).state
            state.epoch = epoch
            state.cluster = ToyDigest.digest([cluster])
            let odd = Decree(state, digest: ToyDigest.self)
            var candidate = Three.candidate { _, _ in nil }
            let accept = Accept(ballot: Ballot(round: 9, owner: Three.n1), slot: 6, value: odd)
            let request = AcceptRequest(accept: accept, sentAt: .zero, lease: .milliseconds(500))
            candidate.hear(.accept(request), slot: 5, from: Three.n1)
            #expect(candidate.events.contains(.contradiction(Three.n1, said)))
            for case .accepted in candidate.said { Issue.record("it is accepted") }
        }
    }

    @Test("a command that no leader could read is refused where it is asked")
    func unreadable() {
        var candidate = Three.candidate { _, _ in nil }
        candidate.hear(Three.heartbeat, slot: 5, from: Three.n1)
        let name = String(repeating: "n", count: NodeID.nameLimit + 1)
        let label = Label(key: "k", value: String(repeating: "v", count: 70_000))
        let tooLong =
            "'\(name)' is no name of a host: use letters, digits, hyphens and dots, at most 63, the "
            + "first one a letter or a digit"
        let commands: [(Command, String)] = [
            (
                .pause(milliseconds: .max),
                "a pause of \(UInt64.max) ms is not between 1 ms and a day"
            ),
            (
                .pause(milliseconds: 1 << 62),
                "a pause of \(1 << 62) ms is not between 1 ms and a day"
            ),
            (.drain(name: name), tooLong),
            (.transfer(to: name), tooLong),
            (.replace(name: "n1", by: name), tooLong),
            (.set(name: name, MemberChange()), tooLong),
            (
                .set(name: "n1", MemberChange(labels: [label])),
                "the label k of n1 has more than 256 bytes"
            ),
            (
                .set(name: "n1", MemberChange(addresses: Array(repeating: "a", count: 9))),
                "n1 has 9 addresses, at most 8 are kept"
            ),
            (
                .set(name: "n1", MemberChange(labels: Array(repeating: label, count: 17))),
                "n1 has 17 labels, at most 16 are kept"
            ),
        ]
        for (number, (command, sentence)) in commands.enumerated() {
            let id = RequestID(UInt64(number))
            candidate.step(.asked(.command(command, id: id)))
            #expect(candidate.events.contains(.answered(id, .refused(sentence))), "\(command)")
        }
        for case .ask in candidate.said { Issue.record("it is passed on") }
    }

    @Test("a grant counts for the length that the answer echoes, not for the setting (R15)")
    func echoed() {
        let granted = Span.milliseconds(100)
        var candidate = Three.candidate { node, body in
            switch Three.willing(node, body) {
            case .ack(var ack):
                ack.lease = granted
                return .ack(ack)
            case .accepted(var accepted):
                accepted.lease = granted
                return .accepted(accepted)
            case let reply: return reply
            }
        }
        candidate.pass(.milliseconds(50))
        let answer = candidate.answer
        #expect(answer.standing == .leader)
        #expect(answer.validUntil < candidate.now + granted)
    }

    @Test("the lease is judged at the moment of use, whether a step came in between or not (R16)")
    func atUse() {
        var candidate = Three.candidate()
        candidate.pass(.milliseconds(50))
        let replica = candidate.replica
        let end = replica.answer(at: candidate.now).validUntil
        #expect(replica.answer(at: Instant(nanoseconds: end.nanoseconds - 1)).standing == .leader)
        #expect(replica.answer(at: end).standing == .unsure)
    }
}
