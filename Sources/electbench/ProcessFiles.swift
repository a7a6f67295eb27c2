// SPDX-License-Identifier: Apache-2.0

// What the kernel says of a process and of the loopback device, all of it from /proc.

import Glibc
import Linux

/// A running process, seen from outside.
struct ProcessFiles {
    let pid: pid_t

    /// What a process has done since it began.
    struct Activity {
        /// Of all threads, in nanoseconds.
        var processorTime: Int64 = 0
        /// How often any thread went to sleep.
        var wakes: Int64 = 0
        /// Calls that wrote to files, and what they wrote.
        var writes: Int64 = 0
        var writtenBytes: Int64 = 0
    }

    /// What it has done so far. schedstat(5) counts processor time exactly; stat(5) in hundredths of a
    /// second, which is more than a quiet daemon uses in ten. io(5) does not count datagrams.
    func activity() throws -> Activity {
        var activity = Activity()
        for thread in try threads() {
            let words = try text("/proc/\(pid)/task/\(thread)/schedstat").split(separator: " ")
            guard let first = words.first, let time = Int64(first) else {
                throw BenchFailure("schedstat of thread \(thread) has no number")
            }
            activity.processorTime += time
            let status = "/proc/\(pid)/task/\(thread)/status"
            activity.wakes += try number("voluntary_ctxt_switches:", in: status)
        }
        activity.writes = try number("syscw:", in: "/proc/\(pid)/io")
        activity.writtenBytes = try number("wchar:", in: "/proc/\(pid)/io")
        return activity
    }

    /// How many threads there are.
    func threadCount() throws -> Int { try threads().count }

    /// Its share of the memory, in MiB: what others map as well is divided among them.
    func proportionalSetSize() throws -> Double {
        Double(try number("Pss:", in: "/proc/\(pid)/smaps_rollup")) / 1024
    }

    /// All of the memory that it sees, in MiB.
    func residentSetSize() throws -> Double {
        Double(try number("VmRSS:", in: "/proc/\(pid)/status")) / 1024
    }

    private func number(_ key: String, in path: String) throws -> Int64 {
        for line in try text(path).split(separator: "\n") where line.hasPrefix(key) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count > 1, let number = Int64(words[1]) { return number }
        }
        throw BenchFailure("\(path) has no \(key)")
    }

    private func threads() throws -> [pid_t] {
        let path = "/proc/\(pid)/task"
        guard let directory = unsafe opendir(path) else {
            throw BenchFailure("\(path) cannot be read: the daemon has ended")
        }
        defer { unsafe closedir(directory) }
        var found: [pid_t] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let thread = pid_t(name) { found.append(thread) }
        }
        return found.sorted()
    }
}

/// How many packets, and bytes of IP, the loopback device of this network namespace has carried.
func loopbackTraffic() throws -> (packets: Int64, bytes: Int64) {
    for line in try text("/proc/net/dev").split(separator: "\n") {
        let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
        guard words.first == "lo", words.count > 9, let bytes = Int64(words[9]),
            let packets = Int64(words[10])
        else { continue }
        // The device counts the 14 bytes of a header that loopback only pretends to have.
        return (packets, bytes - 14 * packets)
    }
    throw BenchFailure("there is no loopback device in /proc/net/dev")
}
