// SPDX-License-Identifier: Apache-2.0

// Changes of leadership, and how long each takes in milliseconds. The moments at which something
// came to hold are those that the daemons wrote on their pages, on the clock of this program.

import Control
import Glibc
import Linux

/// From SIGKILL of the leader to the next leader's page.
func failover(_ cluster: Cluster, phase: Double) throws -> Double {
    let reign = try cluster.settled(phase: phase)
    let killed = reign.leader.send(SIGKILL)
    let next = try reign.successor()
    try reign.leader.ended(with: 128 + SIGKILL)
    try reign.leader.start()
    return Double(next.writtenAt - killed) / 1e6
}

/// From the withdrawal of the old leader's page to the next leader's page, by SIGTERM.
func handOverByStop(_ cluster: Cluster, phase: Double) throws -> Double {
    let reign = try cluster.settled(phase: phase)
    _ = reign.leader.send(SIGTERM)
    let taken = try timeOfHandOver(reign)
    try reign.leader.ended(with: 0)
    try reign.leader.start()
    return taken
}

/// The same by `electctl transfer`.
func handOverByTransfer(_ cluster: Cluster, phase: Double) throws -> Double {
    let reign = try cluster.settled(phase: phase)
    let asking = try reign.leader.control(["transfer", "--socket", reign.leader.socket])
    let taken = try timeOfHandOver(reign)
    guard try asking.end(within: 20) == 0 else { throw BenchFailure("electctl transfer failed") }
    return taken
}

/// If a page was written more than once between two looks, the moment of the first writing is lost;
/// then the last look before it counts, which can only make the figure worse.
private func timeOfHandOver(_ reign: Cluster.Reign) throws -> Double {
    var last = reign.page
    let withdrawn = try waitFor("the withdrawal of \(reign.leader.name)", within: 30) {
        guard let look = reign.leader.look() else { return nil as Int64? }
        defer { last = look }
        if look.answer == .leader { return nil }
        return look.sequence == last.sequence &+ 2 ? look.writtenAt : last.seenAt
    }
    return Double(try reign.successor().writtenAt - withdrawn) / 1e6
}

/// From the start of the last of three daemons, of which none has ever run, to the third page that
/// names the leader.
func coldStart(_ name: String, at site: Site) throws -> Double {
    let cluster = try Cluster(name, at: site)
    defer { cluster.end() }
    var last: Int64 = 0
    for host in cluster.hosts { last = try host.start() }
    var valid = cluster.hosts.map { _ in nil as Int64? }
    let third = try waitFor("the third page", within: 30) {
        for (index, host) in cluster.hosts.enumerated() where valid[index] == nil {
            if let look = host.look(), look.isValid { valid[index] = look.writtenAt }
        }
        let moments = valid.compactMap { $0 }
        return moments.count == valid.count ? moments.max() : nil
    }
    return Double(third - last) / 1e6
}

/// How the leader ends before it is started again at once.
enum RestartKind {
    /// SIGUSR1, as a service manager's restart does it.
    case orderly
    /// SIGKILL.
    case crash
}

/// From the signal to the first page of the new run that says "leader" again, under the old epoch;
/// nil if leader or epoch changed.
func restart(_ cluster: Cluster, _ kind: RestartKind, phase: Double) throws -> Double? {
    let reign = try cluster.settled(phase: phase)
    let signal = kind == .orderly ? SIGUSR1 : SIGKILL
    let began = reign.leader.send(signal)
    try reign.leader.ended(with: kind == .orderly ? 0 : 128 + SIGKILL)
    let started = try reign.leader.start()
    let renewed = try waitFor("a leader after the restart", within: 30) {
        let looks = cluster.hosts.compactMap { $0.look() }
        if looks.contains(where: { $0.epoch > reign.epoch }) { return Int64.max }
        let own = reign.leader.look()
        return own.flatMap { $0.leads && $0.writtenAt > started ? $0.writtenAt : nil }
    }
    // The others have to see it the same way.
    let after = try cluster.settled()
    let isKept = renewed != .max && after.epoch == reign.epoch && after.leader === reign.leader
    return isKept ? Double(renewed - began) / 1e6 : nil
}
