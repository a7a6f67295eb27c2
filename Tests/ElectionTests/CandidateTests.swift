// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// What a candidate takes from the answers of the others, and a leader from theirs.
@Suite struct CandidateTests {
    @Test("with willing peers it stands one round higher, is chosen, and leads")
    func willing() {
        var candidate = Candidate(answer: Candidate.willing)
        candidate.pass(.milliseconds(50))
        #expect(candidate.ballots == [Ballot(round: 6, owner: Fixture.n2)])
        #expect(candidate.events.contains(.leads(epoch: 4)))
    }

    @Test("the next round is above every one that it was refused with (R3)")
    func refused() {
        let higher = Ballot(round: 9, owner: Fixture.n3)
        var candidate = Candidate { node, body in
            guard case .prepare(let request) = body, request.prepare.ballot < higher else {
                return Candidate.willing(node, body)
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
        var candidate = Candidate { node, body in
            guard case .prepare(let request) = body else { return Candidate.willing(node, body) }
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
        var candidate = Candidate { node, body in
            // The first ballot comes to nothing.
            if case .prepare(let request) = body, request.prepare.ballot.round == 6 { return nil }
            return Candidate.willing(node, body)
        }
        let promised = Ballot(round: 1000, owner: Fixture.nodes[3])
        let refusal = Refusal(ballot: .zero, promised: promised, freeIn: .zero, reason: .promised)
        candidate.hear(.refuse(refusal), from: Fixture.nodes[3])
        candidate.pass(.milliseconds(3000))
        #expect(candidate.ballots.map(\.round) == [6, 7])
    }

    @Test("after the last round that others would read there is none, and no endless search (R3)")
    func lastRound() {
        var candidate = Candidate { node, body in
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
        var candidate = Candidate { _, body in
            guard case .canvass = body else { return nil }
            return .canvassReply(
                CanvassReply(durableSlot: 5, promised: .zero, freeIn: .zero, serves: false)
            )
        }
        // It is the first in line: nothing else keeps it from asking.
        let release = Release(ballot: Ballot(round: 5, owner: Fixture.n1), successor: Fixture.n2)
        candidate.hear(.release(release), from: Fixture.n1)
        let before = candidate.sent.count
        candidate.pass(.milliseconds(100))
        let canvasses = candidate.sent[before...].count { body in
            if case .canvass = body { true } else { false }
        }
        #expect((10...22).contains(canvasses), "both are asked every 10 ms")
        #expect(candidate.ballots == [])
    }

    @Test("who does not understand the whole decree votes and never stands (R11)")
    func newer() throws {
        let bytes = Fixture.decree(5).bytes + [200, 0, 1, 9]
        let decree = try Decree(decoding: bytes, digest: QuickDigest.self)
        var candidate = Candidate(decree, answer: Candidate.willing)
        candidate.pass(.milliseconds(5000))
        #expect(candidate.ballots == [])
        #expect(!candidate.events.contains(.canvassing(slot: 6)))
        let ballot = Ballot(round: 7, owner: Fixture.n3)
        candidate.hear(
            .prepare(PrepareRequest(prepare: Prepare(ballot: ballot, slot: 6))),
            from: Fixture.n3
        )
        let promised = candidate.sent.contains { body in
            if case .promise(let reply) = body { return reply.promise.ballot == ballot }
            return false
        }
        #expect(promised)
    }

    @Test("a value reported by a promise must be able to follow ours, or it is not proposed (R13)")
    func oddPromise() {
        var state = Fixture.decree(6, after: Fixture.decree(5)).state
        state.epoch = 2
        let odd = Decree(state, digest: QuickDigest.self)
        var candidate = Candidate { node, body in
            guard case .promise(var reply) = Candidate.willing(node, body) else {
                return Candidate.willing(node, body)
            }
            let ballot = reply.promise.ballot
            let accepted = Proposal(ballot: Ballot(round: 1, owner: node), value: odd)
            reply.promise = Promise(ballot: ballot, slot: reply.promise.slot, accepted: accepted)
            return .promise(reply)
        }
        candidate.pass(.milliseconds(50))
        for case .accept(let request) in candidate.sent {
            #expect(request.accept.value.epoch >= 3)
        }
        let said = "epoch 2 after 3 in slot 6"
        #expect(candidate.events.contains(.contradiction(Fixture.n3, said)))
    }

    @Test("an accept whose epoch goes back, or of another cluster, is refused and said (R11)")
    func oddAccept() {
        for (epoch, cluster, said) in [
            (2, 7, "epoch 2 after 3 in slot 6"), (3, 8, "decree 6 is of another cluster"),
        ] as [(UInt64, UInt8, String)] {
            var state = Fixture.decree(6, after: Fixture.decree(5)).state
            state.epoch = epoch
            state.cluster = Digest([UInt8](repeating: cluster, count: Digest.length))
            let odd = Decree(state, digest: QuickDigest.self)
            var candidate = Candidate { _, _ in nil }
            let accept = Accept(ballot: Ballot(round: 9, owner: Fixture.n1), slot: 6, value: odd)
            let request = AcceptRequest(accept: accept, sentAt: .zero, lease: .milliseconds(500))
            candidate.hear(.accept(request), from: Fixture.n1)
            #expect(candidate.events.contains(.contradiction(Fixture.n1, said)))
            for case .accepted in candidate.sent { Issue.record("it is accepted") }
        }
    }

    @Test("a command that no leader could read is refused where it is asked")
    func unreadable() {
        var candidate = Candidate { _, _ in nil }
        candidate.follow()
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
        for case .ask in candidate.sent { Issue.record("it is passed on") }
    }

    @Test("a grant counts for the length that the answer echoes, not for the setting (R15)")
    func echoed() {
        let granted = Span.milliseconds(100)
        var candidate = Candidate { node, body in
            switch Candidate.willing(node, body) {
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
        let answer = candidate.replica.answer(at: candidate.now)
        #expect(answer.standing == .leader)
        #expect(answer.validUntil < candidate.now + granted)
    }

    @Test("the lease is judged at the moment of use, whether a step came in between or not (R16)")
    func atUse() {
        var candidate = Candidate(answer: Candidate.willing)
        candidate.pass(.milliseconds(50))
        let replica = candidate.replica
        let end = replica.answer(at: candidate.now).validUntil
        #expect(replica.answer(at: Instant(nanoseconds: end.nanoseconds - 1)).standing == .leader)
        #expect(replica.answer(at: end).standing == .unsure)
    }
}
