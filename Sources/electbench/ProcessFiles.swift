// SPDX-License-Identifier: Apache-2.0

// What the kernel says of a process and of the loopback device, all of it from /proc.

import Glibc
import Linux

/// A running process, seen from outside.
struct ProcessFiles {
    let pid: pid_t

    /// Processor time that all threads have used, in nanoseconds. schedstat(5) counts it exactly;
    /// stat(5) in hundredths of a second, which is more than a quiet daemon uses in ten.
    func processorTime() throws -> Int64 {
        try threads().reduce(0) { sum, thread in
            let words = try text("/proc/\(pid)/task/\(thread)/schedstat").split(separator: " ")
            guard let first = words.first, let time = Int64(first) else {
                throw BenchFailure("schedstat of thread \(thread) has no number")
            }
            return sum + time
        }
    }

    /// How many threads there are.
    func threadCount() throws -> Int { try threads().count }

    /// Its share of the memory, in MiB: what others map as well is divided among them.
    func proportionalSetSize() throws -> Double {
        try mebibytes("Pss:", in: "/proc/\(pid)/smaps_rollup")
    }

    /// All of the memory that it sees, in MiB.
    func residentSetSize() throws -> Double {
        try mebibytes("VmRSS:", in: "/proc/\(pid)/status")
    }

    private func mebibytes(_ key: String, in path: String) throws -> Double {
        for line in try text(path).split(separator: "\n") where line.hasPrefix(key) {
            let words = line.split(separator: " ")
            if words.count > 1, let kibibytes = Double(words[1]) { return kibibytes / 1024 }
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
