// SPDX-License-Identifier: Apache-2.0

// Chance for what is above the pure modules: keys, run numbers, seeds.

internal import CLinux

/// Random bytes fit for keys, from getrandom(2).
///
/// Early in a boot it waits until the kernel has gathered enough.
public func randomBytes(_ count: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let result = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe clinux_random(buffer.baseAddress, buffer.count)
    }
    try checked(result, "getrandom")
    return bytes
}
