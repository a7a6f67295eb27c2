// SPDX-License-Identifier: Apache-2.0

// What daemons cost that have nothing to do but to be there: memory, processor, threads, datagrams.

import Glibc
import Linux

/// What was seen of one daemon: a value for each part of the time.
struct IdleDaemon {
    var leads: Bool
    /// Part of one processor, in percent.
    var processor: [Double] = []
    /// A second.
    var wakes: [Double] = []
    /// A second, of files.
    var writes: [Double] = []
    var writtenBytes: [Double] = []
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

/// What one process did in one part of the time.
struct IdleLook {
    /// Part of one processor, in percent.
    var processor: Double
    /// How often a second it went to sleep, and so was woken.
    var wakes: Double
    /// How often a second it wrote to files, and how many bytes.
    var writes: Double
    var writtenBytes: Double
}

/// Watches processes for so many seconds, in seven parts; `note` is told of each process and part.
func watch(
    _ processes: [ProcessFiles],
    seconds: Int,
    _ note: (Int, IdleLook) throws -> Void
) throws {
    let part = Int64(seconds) * 1_000_000_000 / 7
    for _ in 0..<7 {
        let start = BootClock.now()
        let before = try processes.map { try $0.activity() }
        // The time that passes here is what is measured.
        usleep(UInt32(part / 1000))
        let taken = Double(BootClock.now() - start)
        for (index, process) in processes.enumerated() {
            let (old, new) = (before[index], try process.activity())
            let look = IdleLook(
                processor: 100 * Double(new.processorTime - old.processorTime) / taken,
                wakes: Double(new.wakes - old.wakes) * 1e9 / taken,
                writes: Double(new.writes - old.writes) * 1e9 / taken,
                writtenBytes: Double(new.writtenBytes - old.writtenBytes) * 1e9 / taken
            )
            try note(index, look)
        }
    }
}

/// Watches a cluster for so many seconds, in seven parts.
func watchIdle(_ cluster: Cluster, seconds: Int) throws -> IdleCluster {
    let reign = try cluster.settled()
    var seen = IdleCluster(daemons: cluster.hosts.map { IdleDaemon(leads: $0 === reign.leader) })
    let processes = cluster.hosts.map { ProcessFiles(pid: $0.pid) }
    var (before, start) = (try loopbackTraffic(), BootClock.now())
    try watch(processes, seconds: seconds) { index, look in
        seen.daemons[index].processor.append(look.processor)
        seen.daemons[index].wakes.append(look.wakes)
        seen.daemons[index].writes.append(look.writes)
        seen.daemons[index].writtenBytes.append(look.writtenBytes)
        let process = processes[index]
        seen.daemons[index].proportionalSetSize.append(try process.proportionalSetSize())
        seen.daemons[index].residentSetSize.append(try process.residentSetSize())
        seen.daemons[index].threads.append(Double(try process.threadCount()))
        // The last of a part.
        guard index == processes.count - 1 else { return }
        let (now, end) = (try loopbackTraffic(), BootClock.now())
        let taken = Double(end - start) / 1e9
        seen.packetsPerSecond.append(Double(now.packets - before.packets) / taken)
        seen.bytesPerSecond.append(Double(now.bytes - before.bytes) / taken)
        (before, start) = (now, end)
    }
    guard try cluster.settled().epoch == reign.epoch else {
        throw BenchFailure("the leader changed while nothing happened")
    }
    return seen
}
