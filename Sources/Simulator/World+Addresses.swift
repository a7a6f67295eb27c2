// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Session

// Hosts that are given another address, and nobody is told. Whoever moved still finds the others, and
// what it says to them shows where it is now:
//
//     n3 ── moves ──▶ n3.2      heartbeats for n3 go to where nobody is
//     n3.2 ── canvass ──▶ n1    decrypted: n3 is at n3.2, and n1 answers there
//     n1: a decree, `address`   all others look for it there as well
//
// A reader of the simulator should know what is not asked for: of two hosts that moved while neither
// could tell the other, nobody can expect that they meet.

extension Host {
    /// Where it is.
    var place: Place { Place(index, move) }
}

extension World {
    /// How many places a host may be at.
    static let places = 4

    /// The host is given another address, or an old one again.
    mutating func move(_ host: Int) {
        let number = faultDice.below(Self.places)
        guard number != hosts[host].move, host < plan.members else { return }
        hosts[host].move = number
        trace.note(now, host, 36, UInt64(number), "MOVES TO \(hosts[host].place.text)")
    }

    /// Whether what this host sends to the other goes to where that is.
    func finds(_ host: Int, _ other: Int) -> Bool {
        let place = hosts[other].place
        if place.number == 0 || hosts[host].process?.links[other].heardFrom == place.number {
            return true
        }
        return isWritten(hosts[other].place, of: other, in: hosts[host].page.decree)
    }

    private func isWritten(_ place: Place, of host: Int, in decree: Decree?) -> Bool {
        decree?.state.member(named: hosts[host].node.name)?.allAddresses.contains(place.text)
            ?? false
    }

    /// Something of the other was decrypted: the next answer goes to where it came from, unless
    /// something newer came from elsewhere.
    mutating func noteSource(of packet: Packet) {
        guard plan.has(.move), let process = hosts[packet.to].process,
            packet.sent >= process.links[packet.from].heardAt
        else { return }
        process.links[packet.from].heardAt = packet.sent
        process.links[packet.from].heardFrom = packet.source
    }

    /// A message of a node came from there. If nobody looks for it there, the replica is told, before
    /// it hears the message: by the same rule as in the daemon.
    mutating func notePlace(_ host: Int, of node: NodeID, _ place: Place) {
        guard plan.has(.move) || plan.isSealed, let process = hosts[host].process,
            process.isStarted, !process.isPaused
        else { return }
        let decree = hosts[host].page.decree
        let news = process.whereabouts.news(place, of: node) {
            decree?.state.member(node)?.allAddresses.map { [Place($0)].compactMap(\.self) }
        }
        switch news {
        case .elsewhere: step(host, .located(node, address: place.text))
        case .found: step(host, .located(node, address: nil))
        case nil: break
        }
    }

    /// The page has another decree: if that looks for somebody elsewhere, what was told before may
    /// be told again.
    mutating func lookElsewhere(_ host: Int, than old: Decree?) {
        let new = hosts[host].page.decree
        guard new?.id != old?.id else { return }
        let (now, before) = (new?.state.members ?? [], old?.state.members ?? [])
        let isSame =
            now.map(\.id) == before.map(\.id)
            && now.map(\.allAddresses) == before.map(\.allAddresses)
        if isSame { return }
        hosts[host].process?.whereabouts.judgeAnew { node in new?.state.member(node) != nil }
        for member in now where member.allAddresses != old?.state.member(member.id)?.allAddresses {
            for other in hosts.indices where hosts[other].node == member.id {
                beginAnew(host, other)
            }
        }
    }

    /// The faults are over, and of two hosts that cannot find each other one goes home, where
    /// everybody looks for it.
    mutating func bringHome() {
        for one in hosts.indices where hosts[one].move > 0 {
            for other in hosts.indices where other > one && hosts[other].move > 0 {
                if willKnow(one, other) || willKnow(other, one) { continue }
                hosts[other].move = 0
                trace.note(now, other, 37, UInt64(one), "IS AT HOME AGAIN")
            }
        }
    }

    /// Whether one knows where the other is, also when it has heard of the newest decree.
    private func willKnow(_ host: Int, _ other: Int) -> Bool {
        let newest = chronicles[cluster(of: host)].newest
        return knows(host, other) && isWritten(hosts[other].place, of: other, in: newest)
    }

    /// Whether the disk of one says where the other is.
    func knows(_ host: Int, _ other: Int) -> Bool {
        isWritten(hosts[other].place, of: other, in: hosts[host].record?.decided)
    }

    /// Whether the newest decree says of all its members that run where they are. A leader that is
    /// alone has nobody to tell it.
    var addressesAreWritten: Bool {
        guard plan.has(.move) else { return true }
        return hosts.allSatisfy { host in
            let own = cluster(of: host.index)
            guard let newest = chronicles[own].newest else { return true }
            return host.move == 0 || host.process == nil || !isElectable(own)
                || newest.state.member(host.node) == nil || isAlone(host, by: newest)
                || isWritten(host.place, of: host.index, in: newest)
        }
    }

    /// Whether no other member of its cluster runs.
    private func isAlone(_ host: Host, by decree: Decree) -> Bool {
        !hosts.contains { other in
            other.index != host.index && other.process != nil
                && decree.state.member(other.node) != nil
                && cluster(of: other.index) == cluster(of: host.index)
        }
    }

    /// Where nothing moves any more, the decree says where everybody is (DESIGN section 7).
    mutating func movedHostsAreWrittenDown() {
        if addressesAreWritten { return }
        let moved = hosts.filter { $0.move > 0 }
        let lost = moved.map { "\($0.node) is at \($0.place.text)" }
        violate("movedHostsAreWrittenDown", lost.joined(separator: ", "))
    }
}
