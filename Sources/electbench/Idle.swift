// SPDX-License-Identifier: Apache-2.0

// What daemons cost that have nothing to do but to be there: memory, processor, threads, datagrams.

import Glibc
import Linux

/// What was seen of one daemon: a value for each part of the time.
struct IdleDaemon {
    var leads: Bool
    /// Part of one processor, in percent.
    var processor: [Double] = []
    /// In MiB.
    var proportionalSetSize: [Double] = []
    /// In MiB.
    var residentSetSize: [Double] = []
    var threads: [Double] = []
}

/// What was seen of a cluster.
struct IdleCluster {
    var daemons: [IdleDaemon]
    var packetsPerSecond: [Double] = []
    var bytesPerSecond: [Double] = []
}

/// Watches a cluster for so many seconds, in seven parts.
func watchIdle(_ cluster: Cluster, seconds: Int) throws -> IdleCluster {
    let reign = try cluster.settled()
    var seen = IdleCluster(daemons: cluster.hosts.map { IdleDaemon(leads: $0 === reign.leader) })
    let processes = cluster.hosts.map { ProcessFiles(pid: $0.pid) }
    let part = Int64(seconds) * 1_000_000_000 / 7
    for _ in 0..<7 {
        let start = BootClock.now()
        let before = try processes.map { try $0.processorTime() }
        let sent = try loopbackTraffic()
        // The time that passes here is what is measured.
        usleep(UInt32(part / 1000))
        let taken = Double(BootClock.now() - start)
        for (index, process) in processes.enumerated() {
            let used = Double(try process.processorTime() - before[index])
            seen.daemons[index].processor.append(100 * used / taken)
            seen.daemons[index].proportionalSetSize.append(try process.proportionalSetSize())
            seen.daemons[index].residentSetSize.append(try process.residentSetSize())
            seen.daemons[index].threads.append(Double(try process.threadCount()))
        }
        let now = try loopbackTraffic()
        seen.packetsPerSecond.append(Double(now.packets - sent.packets) * 1e9 / taken)
        seen.bytesPerSecond.append(Double(now.bytes - sent.bytes) * 1e9 / taken)
    }
    guard try cluster.settled().epoch == reign.epoch else {
        throw BenchFailure("the leader changed while nothing happened")
    }
    return seen
}
