// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// People who change things while everything goes wrong: every command there is, to any host, in any
// order, most of it a bad idea. What may not be done must be refused; what is done must be safe.

extension World {
    /// Half the time an operator with `electctl`, half the time any list of members at all.
    mutating func operate() {
        if faultDice.one(in: 2) { return changeMembers() }
        order(anyCommand(), force: faultDice.one(in: 2))
    }

    private mutating func anyCommand() -> Command {
        switch faultDice.below(19) {
        case 0, 1: .remove(name: anyName())
        case 2, 3: .set(name: anyName(), MemberChange(role: faultDice.choose(Role.allCases)))
        case 4: .set(name: anyName(), MemberChange(priority: faultDice.one(in: 3) ? 0 : 150))
        case 5: .replace(name: anyName(), by: anyName())
        case 6: .admit(name: anyName(), role: faultDice.one(in: 2) ? .voter : .witness)
        case 7, 8: .drain(name: anyName())
        case 9, 10: .undrain(name: anyName())
        case 11: .pause(milliseconds: UInt64(faultDice.pick(1...plan.lease * 2 / 1_000_000)))
        case 12: .resume
        case 13: relabel()
        case 14, 15: readdress()
        default: .settings(anySettings())
        }
    }

    private mutating func relabel() -> Command {
        // Only real sessions have to do with how long a decree is.
        let (count, length) = plan.isSealed ? (12, 240) : (3, 20)
        let labels = (0..<faultDice.below(count + 1)).map {
            Label(key: "k\($0)", value: String(repeating: "w", count: faultDice.below(length)))
        }
        return .set(name: anyName(), MemberChange(labels: labels))
    }

    /// People write down where a host is, was, or will be: home always, or nobody could go there.
    private mutating func readdress() -> Command {
        let host = faultDice.below(plan.hosts)
        let face = hosts[host].face
        var addresses = [Place(face).text]
        let other = Place(face, faultDice.below(Self.places)).text
        if !addresses.contains(other) { addresses.insert(other, at: faultDice.below(2)) }
        return .set(name: hosts[host].node.name, MemberChange(addresses: addresses))
    }

    private mutating func anySettings() -> SettingsChange {
        var change = SettingsChange()
        // Never longer than planned: an election must be over in the time that the plan gives it.
        let lease = max(20, plan.settings.leaseMilliseconds * UInt32(faultDice.pick(2...4)) / 4)
        change.leaseMilliseconds = lease
        change.heartbeatMilliseconds = lease / UInt32(faultDice.pick(3...8))
        // The clocks of this world are no better than planned, so no less may be said of them.
        if faultDice.one(in: 3) {
            let bound = Int64(plan.settings.driftPPM)...100_000
            change.driftPPM = UInt32(faultDice.pickLog(bound))
        }
        change.autoPromote = !faultDice.one(in: 4)
        change.autoReplace = !faultDice.one(in: 4)
        change.admission = faultDice.one(in: 4) ? .approve : .open
        change.maxVoters = UInt8(faultDice.pick(1...7))
        change.downAfterMilliseconds = lease * UInt32(faultDice.pick(1...4))
        if plan.has(.upgrade) { change.protocolVersion = UInt8(faultDice.pick(1...4)) }
        change.preemptAfterMilliseconds = faultDice.one(in: 4) ? lease * 2 : 0
        return change
    }

    /// The name of some host, a member or not.
    mutating func anyName() -> String { hosts[faultDice.below(plan.hosts)].node.name }

    private mutating func requestID() -> RequestID { RequestID(faultDice.word()) }

    mutating func order(_ command: Command, force: Bool = false) {
        order(.command(command, force: force, id: requestID()))
    }

    private mutating func order(_ request: Request) {
        let host = victim()
        guard let process = hosts[host].process, process.isStarted, !process.isPaused else {
            return
        }
        trace.note(now, host, 17, 0, "is asked: \(text(request))")
        step(host, .asked(request))
    }

    private func text(_ request: Request) -> String {
        switch request {
        case .command(let command, let force, _): "\(command)" + (force ? " --force" : "")
        case .members(let members, _):
            "members "
                + members.map { "\($0.id)=\($0.role)/\($0.priority)" }.joined(separator: " ")
        case .held(let held): held ? "held" : "let go"
        case .stop: "stop"
        case .restart(let grace): "restart, with \(grace)"
        }
    }

    /// One change of the members, made from what some host's page says.
    private mutating func changeMembers() {
        let from = faultDice.below(plan.hosts)
        guard let decree = hosts[from].page.decree else { return }
        var members = decree.state.members
        let host = faultDice.below(plan.hosts)
        let node = hosts[host].node
        if let at = members.firstIndex(where: { $0.id == node }) {
            switch faultDice.below(6) {
            case 0, 1: members.remove(at: at)
            case 2: members[at].priority = members[at].priority == 0 ? 100 : 0
            case 3: members[at].role = .witness
            default: members[at].role = members[at].role == .voter ? .observer : .voter
            }
        } else if let at = members.firstIndex(where: { $0.id.name == node.name }) {
            members[at].id = node
        } else {
            var member = Member(id: node, role: faultDice.one(in: 2) ? .voter : .observer)
            member.addresses = hosts[host].member.addresses
            members.append(member)
        }
        // Sometimes two at once: legal, if not kind.
        if faultDice.one(in: 4), members.count > 2 {
            members.remove(at: faultDice.below(members.count))
        }
        order(.members(members, id: requestID()))
    }
}
