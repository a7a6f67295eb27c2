// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos

// What odd peers say, before it is bent: each message could be meant well, by somebody.

extension OddPeers {
    mutating func anybody() -> NodeID {
        let all = Self.hosts + Self.strangers
        let node = all[Int(chance.below(UInt64(all.count)))]
        return node == me ? Sample.db2 : node
    }

    mutating func request() -> RequestID { RequestID(chance.below(20)) }

    mutating func number() -> UInt64 {
        let all: [UInt64] = [
            0, 1, 1 << 61 - 2, 1 << 61 - 1, 1 << 61, 1 << 61 + 1, 1 << 62 - 2, 1 << 62 - 1, 1 << 62,
            .max, UInt64(now.nanoseconds), chance.below(10),
        ]
        return all[Int(chance.below(UInt64(all.count)))]
    }

    mutating func text() -> String {
        let all = [
            "", "x", "\u{338}x", "k=\u{338}v", "k=\u{200D}", "k=\u{FE0F}=", "a\nb", "db2",
            "10.0.0.9:1",
            String(repeating: "n", count: 64), String(repeating: "\u{301}", count: 120),
            String(repeating: "k=v", count: 90), String(repeating: "v", count: 60_000),
        ]
        return all[Int(chance.below(UInt64(all.count)))]
    }

    mutating func command() -> Command {
        switch chance.below(9) {
        case 8: .settings(settings())
        case 0: .pause(milliseconds: number())
        case 1: .drain(name: text())
        case 2: .transfer(to: chance.below(2) == 0 ? nil : text())
        case 3: .remove(name: "db3")
        case 4: .replace(name: text(), by: text())
        case 5: .set(name: "db1", MemberChange(labels: [Label(key: "k", value: text())]))
        case 6: .set(name: "db2", MemberChange(addresses: [text(), text()]))
        default: .admit(name: text(), role: .voter)
        }
    }

    /// A decree that may come next, or nearly.
    mutating func proposal(by node: NodeID) -> Decree {
        guard let decided else { return Sample.genesis }
        var state = decided.state
        state.cluster = decided.cluster
        state.slot = min(decided.slot + 1, 1 << 60)
        state.previous = decided.id
        if let member = state.member(node), member.mayLead, state.leader != node {
            state.leader = node
            state.epoch = min(state.epoch + 1, 1 << 60)
        }
        if chance.below(4) == 0 { state.members[0].labels = [Label(key: "k", value: "\u{338}v")] }
        switch chance.below(12) {
        case 0: state.epoch = max(1, decided.epoch - 1)
        case 1: state.slot = number()
        case 2: state.epoch = number()
        default: break
        }
        return state.objection == nil ? Decree(state, digest: ToyDigest.self) : decided
    }

    mutating func anything() -> Message.Body {
        let node = anybody()
        let slot = min(decided?.slot ?? 0, 1 << 60)
        let ballot = Ballot(
            round: max(1, min(promised.round + chance.below(3), 1 << 60)),
            owner: chance.below(9) == 0 ? me : node
        )
        let lease = Span.milliseconds(Int64(chance.below(120_000)))
        let decree = proposal(by: node)
        switch chance.below(23) {
        case 16...22: return anythingElse(node, ballot, slot, lease)
        case 0: return .canvass(Canvass())
        case 1:
            return .canvassReply(
                CanvassReply(durableSlot: slot, promised: ballot, freeIn: lease, serves: true)
            )
        case 2: return .prepare(PrepareRequest(prepare: Prepare(ballot: ballot, slot: slot + 1)))
        case 3, 4:
            let accept = Accept(ballot: ballot, slot: decree.slot, value: decree)
            return .accept(AcceptRequest(accept: accept, sentAt: now, lease: lease))
        case 5:
            let accepted = Proposal(ballot: promised == .zero ? ballot : promised, value: decree)
            let promise = Promise(
                ballot: max(ballot, promised),
                slot: decree.slot,
                accepted: accepted
            )
            return .promise(PromiseReply(promise: promise, writeNumber: 1))
        case 6:
            let accepted = Accepted(ballot: promised == .zero ? ballot : promised, slot: slot + 1)
            return .accepted(
                AcceptedReply(
                    accepted: accepted,
                    decree: (self.accepted ?? decree).id,
                    sentAt: now,
                    lease: lease,
                    writeNumber: 1
                )
            )
        case 7, 8:
            return .heartbeat(
                Heartbeat(ballot: ballot, slot: slot, sentAt: now, lease: lease, leaseLeft: lease)
            )
        case 9:
            return .ack(
                Ack(
                    ballot: promised == .zero ? ballot : promised,
                    slot: slot,
                    sentAt: chance.below(2) == 0 ? .zero : now,
                    lease: lease,
                    durableSlot: slot,
                    writeNumber: 1
                )
            )
        case 10:
            return .release(
                Release(
                    ballot: ballot,
                    successor: chance.below(2) == 0 ? me : nil,
                    isUnfit: chance.below(4) == 0
                )
            )
        case 11: return .decided(decree)
        case 12:
            let promised = Ballot(round: min(number(), 1 << 62 - 1), owner: node)
            return .refuse(
                Refusal(ballot: self.promised, promised: promised, freeIn: lease, reason: .promised)
            )
        case 13: return .ask(Ask(id: request(), command: readable, force: chance.below(2) == 0))
        case 14: return .answer(AskAnswer(id: request(), outcome: .done(slot: slot)))
        default: return .join(Join(member: Member(id: node, role: .voter), versions: 1...1))
        }
    }

    /// A command that its host lets pass: what no leader could read is refused where it is asked.
    private var readable: Command {
        mutating get {
            let name = ["db1", "db2", "db3", "db8", "nobody"][Int(chance.below(5))]
            var member = MemberChange()
            switch chance.below(6) {
            case 0: return .pause(milliseconds: min(number(), 1 << 62 - 1))
            case 1: return .settings(settings())
            case 2: return .transfer(to: name)
            case 3: return .replace(name: name, by: "db3")
            case 4:
                member.labels = [Label(key: "k", value: String(repeating: "\u{301}", count: 120))]
            default: member.addresses = [String(repeating: "a", count: Member.addressLength)]
            }
            return .set(name: name, member)
        }
    }

    /// Settings that may be, hardly, and some that may not.
    mutating func settings() -> SettingsChange {
        func some(_ all: [UInt32]) -> UInt32 { all[Int(chance.below(UInt64(all.count)))] }
        var change = SettingsChange()
        change.leaseMilliseconds = some([0, 19, 20, 500, 60_000, 60_001, .max])
        change.heartbeatMilliseconds = some([0, 1, 6, 100, 20_000, .max])
        change.driftPPM = some([0, 100_000, 100_001, .max])
        change.downAfterMilliseconds = some([0, 20, 60_000, 86_400_000, .max])
        change.preemptAfterMilliseconds = some([0, 1, 86_400_000, .max])
        return change
    }

    /// A number that fits into a field of numbers.
    private mutating func bounded() -> UInt64 { min(number(), 1 << 62 - 1) }

    /// A number of its own record that a host hears: one that it has not written yet stops it.
    private mutating func heard(of node: NodeID) -> UInt64 {
        node == me && chance.below(30) > 0 ? 1 : bounded()
    }

    /// What is said more rarely, and by a host to which this one is nothing special.
    private mutating func anythingElse(
        _ node: NodeID,
        _ ballot: Ballot,
        _ slot: Slot,
        _ lease: Span
    ) -> Message.Body {
        let list = Self.list
        switch chance.below(7) {
        case 0:
            let other = anybody()
            let heard = [
                HeardNumber(node: other, number: bounded()),
                HeardNumber(node: me, number: heard(of: me)),
            ]
            let versions = 1...UInt8(1 + chance.below(255))
            return .hello(
                Hello(
                    run: chance.below(4),
                    writeNumber: bounded(),
                    heard: heard,
                    versions: versions
                )
            )
        case 1:
            let all = Refusal.Reason.allCases.filter { $0 != .copied || chance.below(30) == 0 }
            let reason = all[Int(chance.below(UInt64(all.count)))]
            return .refuse(
                Refusal(ballot: promised, promised: ballot, freeIn: lease, reason: reason)
            )
        case 2:
            let members = decided?.state.members ?? []
            var table: [Heartbeat.TableEntry] = []
            for member in members {
                let number = heard(of: member.id)
                table.append(.init(writeNumber: number, isHeard: chance.below(2) == 0))
            }
            return .heartbeat(
                Heartbeat(
                    ballot: ballot,
                    slot: slot,
                    sentAt: Instant(nanoseconds: Int64(bounded())),
                    lease: lease,
                    leaseLeft: .milliseconds(120_000),
                    table: table
                )
            )
        case 3:
            let ids = Self.hosts + (chance.below(4) == 0 ? [node, node] : [])
            return .prepare(
                PrepareRequest(
                    prepare: Prepare(ballot: ballot, slot: min(bounded(), 2)),
                    genesis: .init(ids: ids, list: list.digest(ToyDigest.self))
                )
            )
        case 4:
            var member = Member(id: chance.below(4) == 0 ? anybody() : node)
            if chance.below(4) == 0 { member.role = .observer }
            let blank = Blank(
                member: member,
                list: list.digest(ToyDigest.self),
                names: list.names
            )
            return .canvassReply(
                CanvassReply(
                    durableSlot: bounded(),
                    promised: ballot,
                    freeIn: lease,
                    serves: chance.below(2) == 0,
                    blank: blank
                )
            )
        case 5:
            let answers: [JoinAnswer] = [.notLeader, .watched, .refused("no")]
            return .joinAnswer(answers[Int(chance.below(3))])
        default:
            return .ack(
                Ack(
                    ballot: promised == .zero ? ballot : promised,
                    slot: bounded(),
                    sentAt: Instant(nanoseconds: Int64(bounded())),
                    lease: .milliseconds(120_000),
                    durableSlot: bounded(),
                    writeNumber: bounded(),
                    alsoHears: [node, me, Sample.db3],
                    leaderAddress: "10.0.0.9:1"
                )
            )
        }
    }

    /// What a peer answers that has nothing against it. Some have accepted something before.
    mutating func answer(_ body: Message.Body) -> Message.Body? {
        guard case .prepare(let request) = body else {
            return assent(to: body, holding: decided?.slot ?? 0)
        }
        let prepare = request.prepare
        var accepted: Proposal<Decree>?
        let decree = proposal(by: Sample.db3)
        if chance.below(4) == 0, decree.slot == prepare.slot {
            accepted = Proposal(ballot: Ballot(round: 1, owner: Sample.db3), value: decree)
        }
        let promise = Promise(ballot: prepare.ballot, slot: prepare.slot, accepted: accepted)
        return .promise(PromiseReply(promise: promise, writeNumber: 1))
    }
}
