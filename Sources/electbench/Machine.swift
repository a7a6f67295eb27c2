// SPDX-License-Identifier: Apache-2.0

// On what all this was measured, since figures without a machine say nothing.

import Glibc
import Linux

/// Cores, processor, kernel and how busy it is.
func machine() throws -> String {
    let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    let kernel = try text("/proc/sys/kernel/osrelease")
    let load = try text("/proc/loadavg").split(separator: " ").prefix(1).joined()
    let model = try text("/proc/cpuinfo", limit: 1 << 20)
        .split(separator: "\n")
        .first { $0.hasPrefix("model name") }
        .flatMap { $0.split(separator: ":", maxSplits: 1).last }
        .map { $0.drop { $0 == " " } }
    return "\(cores) cores, \(model ?? "a processor without a name"), Linux \(kernel), load \(load)"
}

/// A small file as text, without white space at its end.
func text(_ path: String, limit: Int = 1 << 16) throws -> String {
    var bytes = try File.contents(path, limit: limit)[...]
    while let last = bytes.last, last == 0x0A || last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
}
