// SPDX-License-Identifier: Apache-2.0

import Control

/// What is wrong with the ways between the members.
enum WayFinding: Finding, Equatable {
    /// Too few voters answer to decide anything.
    case noQuorum(reachable: Int, needed: Int)
    /// A member does not answer this host.
    case silent(String)
    /// Two other members do not hear each other, or one of them not the other.
    case parted(from: String, to: String)
    /// A way is too long for the lease.
    case long(from: String, to: String, trip: UInt64, lease: UInt64)
    /// No rule of this host's firewall lets datagrams in.
    case firewall(port: UInt16, somebodyIsSilent: Bool)

    var word: String {
        switch self {
        case .noQuorum: "no-quorum"
        case .silent: "way-silent"
        case .parted: "way-parted"
        case .long: "way-long"
        case .firewall: "firewall"
        }
    }

    var isFault: Bool {
        if case .firewall(_, false) = self { false } else { true }
    }

    var sentence: String {
        switch self {
        case .noQuorum(let reachable, let needed):
            "voters that answer: \(reachable); needed: \(needed); nobody can lead"
        case .silent(let name): "\(name) does not answer this host"
        case .parted(let from, let to): "\(to) does not answer \(from)"
        case .long(let from, let to, let trip, let lease):
            "the way from \(from) to \(to) and back takes \(milliseconds(trip)), more than a fifth of "
                + "the lease of \(lease) ms"
        case .firewall(let port, _):
            "the firewall of this host lets in only what its rules name, and none names UDP port "
                + "\(port)"
        }
    }

    var step: String {
        switch self {
        case .noQuorum:
            "start electd on the others, or mend the ways named here; if they are lost for good, see "
                + "'electctl recover --help'"
        case .silent(let name):
            "look on \(name) whether electd runs; if it does, run 'electctl doctor' there, look at "
                + "firewalls in between, and in 'journalctl -u electd' for another cluster key"
        case .parted(let from, let to):
            "let UDP through between \(from) and \(to), in both directions; run 'electctl doctor' on "
                + "\(to) if it runs"
        case .long(_, _, let trip, _):
            "run 'electctl set lease=\(max(1, trip * 10 / 1_000_000))ms' or with a longer one, or find "
                + "out why the network is slow"
        case .firewall(let port, _): "allow UDP port \(port) from the other members"
        }
    }
}

/// What was measured of every pair.
struct WayFigures {
    var selfName: String
    var hosts: [MeasuredHost]
    var quorum: Status.Quorum
    var lease: UInt64
    var port: UInt16
    /// The rules of the firewall as nft(8) prints them; nil if they cannot be read.
    var rules: String?

    func examined() -> Examination {
        var findings: [WayFinding] = []
        if quorum.reachable < quorum.needed {
            findings.append(.noQuorum(reachable: quorum.reachable, needed: quorum.needed))
        }
        let answering = hosts.filter(\.answered)
        for host in hosts where !host.answered { findings.append(.silent(host.name)) }
        for host in answering where host.name != selfName {
            for other in answering where other.name != host.name {
                if !host.ways.contains(where: { $0.to == other.name }) {
                    findings.append(.parted(from: host.name, to: other.name))
                }
            }
        }
        let ways = answering.flatMap { host in host.ways.map { (host.name, $0) } }
        for (from, way) in ways where way.roundTrip > lease * 1_000_000 / 5 {
            let trip = way.roundTrip
            findings.append(.long(from: from, to: way.to, trip: trip, lease: lease))
        }
        if let rules, Self.shuts(rules, port) {
            let isFelt = hosts.contains { !$0.answered }
            findings.append(.firewall(port: port, somebodyIsSilent: isFelt))
        }
        return Examination("ways", saw: Self.summary(ways.map(\.1.roundTrip)), findings)
    }

    private static func summary(_ trips: [UInt64]) -> String {
        guard let shortest = trips.min(), let longest = trips.max() else {
            return "nobody to measure with"
        }
        return
            "\(counted(trips.count, "way")) measured, round trips of \(milliseconds(shortest)) to "
            + milliseconds(longest)
    }

    /// Whether a ruleset lets in no datagram to this port: a chain at the input ends with a no, and
    /// the port is named nowhere. A range or a set of ports counts as naming it if its text does.
    static func shuts(_ rules: String, _ port: UInt16) -> Bool {
        let isNamed = rules.split(whereSeparator: { !$0.isNumber }).contains { $0 == "\(port)" }
        guard !isNamed else { return false }
        var isInput = false
        for line in rules.split(separator: "\n") {
            let words = line.split(separator: " ").map { String($0) }
            if words.first?.hasSuffix("\tchain") ?? false || words.first == "chain" || words.isEmpty
            {
                isInput = false
            }
            if line.contains("hook input") {
                isInput = true
                if line.contains("policy drop") { return true }
            }
            let bare = line.drop { $0 == " " || $0 == "\t" }
            let isFinal =
                bare == "drop" || bare.hasPrefix("reject") || bare.hasPrefix("counter drop")
            if isInput, isFinal { return true }
        }
        return false
    }
}
