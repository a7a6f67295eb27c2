// SPDX-License-Identifier: Apache-2.0

// Three hosts on loopback that were told of one another.

import Glibc
import Linux

/// A cluster of three.
final class Cluster {
    let hosts: [Host]
    /// In nanoseconds.
    private let lease: Int64

    /// Who leads, at one moment at which all agree.
    struct Reign {
        var leader: Host
        var others: [Host]
        var epoch: UInt64
        /// The leader's page.
        var page: PageLook
    }

    /// Makes directories, configuration and the state of founders; nothing runs yet.
    ///
    /// - Parameters:
    ///   - name: of its directories.
    ///   - leaseMilliseconds: nil for the defaults, otherwise with a heartbeat of a fifth.
    init(_ name: String, at site: Site, leaseMilliseconds: Int64? = nil) throws {
        let key = "\(site.disk)/\(name).key"
        hosts = try ["n1", "n2", "n3"].map { host in try Host(host, of: name, at: site) }
        lease = (leaseMilliseconds ?? 500) * 1_000_000
        let election =
            leaseMilliseconds.map { "Lease=\($0)ms\nHeartbeat=\($0 / 5)ms" } ?? ""
        let ports = try freePorts(hosts.count)
        let members = zip(hosts, ports).map { "\($0.name)=127.0.0.1:\($1)" }
        for (host, port) in zip(hosts, ports) {
            try host.prepare(
                port: port,
                members: members,
                election: election,
                key: key
            )
        }
    }

    func start() throws {
        for host in hosts { try host.start() }
    }

    /// Waits until all three pages say the same, and returns what.
    func settled() throws -> Reign {
        try waitFor("one leader on three pages", within: 30) {
            let looks = hosts.compactMap { $0.look() }
            guard looks.count == hosts.count, looks.allSatisfy(\.isValid),
                Set(looks.map(\.epoch)).count == 1, looks.count(where: \.leads) == 1,
                let index = looks.firstIndex(where: \.leads)
            else { return nil }
            let leader = hosts[index]
            return Reign(
                leader: leader,
                others: hosts.filter { $0 !== leader },
                epoch: looks[index].epoch,
                page: looks[index]
            )
        }
    }

    /// Waits for the next renewal and then for a part of a heartbeat, so that the runs of a figure
    /// begin at every phase of it and not at the one that happens to be lucky.
    ///
    /// A voter that has just started grants nothing to anybody for the longest lease it ever granted.
    /// So that no run pays for the one before it, this waits until that is over everywhere.
    func settled(phase: Double) throws -> Reign {
        let free = (hosts.map(\.startedAt).max() ?? 0) + lease + lease / 10
        try waitFor("the end of all hold-offs", within: 30) { BootClock.now() >= free ? () : nil }
        let reign = try settled()
        let renewed = try waitFor("a renewal", within: 30) {
            reign.leader.look().flatMap { $0.sequence != reign.page.sequence ? $0 : nil }
        }
        let moment = renewed.writtenAt + Int64(Double(lease / 5) * phase)
        try waitFor("a moment between two heartbeats", within: 30) {
            BootClock.now() >= moment ? () : nil
        }
        return try settled()
    }

    /// Ends all daemons at once.
    func end() {
        for host in hosts { host.end() }
    }
}

extension Cluster.Reign {
    /// Waits for the next leader's page, of whom this reign leaves.
    func successor() throws -> PageLook {
        try waitFor("the next leader", within: 30) {
            others.compactMap { $0.look() }.first { $0.leads && $0.epoch > epoch }
        }
    }
}

/// UDP ports that nobody uses; all are held until all are known, so they differ.
func freePorts(_ count: Int, _ found: [UInt16] = []) throws -> [UInt16] {
    guard found.count < count else { return found }
    let socket = try UDPSocket(bind: SocketAddress(ipv4: (127, 0, 0, 1), port: 0))
    let ports = try freePorts(count, found + [socket.local.port])
    _ = socket.descriptor
    return ports
}
