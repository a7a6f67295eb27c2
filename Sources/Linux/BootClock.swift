// SPDX-License-Identifier: Apache-2.0

// The one clock of this project, and what tells its readings from those of another boot.
//
// CLOCK_BOOTTIME counts through suspend and is set by nobody, so a lease that ends at an instant of
// it ends even if the host sleeps. A reading means something only together with the boot it belongs
// to, and within one time namespace, which may shift it.

internal import CLinux
internal import SystemPackage

/// CLOCK_BOOTTIME.
public enum BootClock {
    /// Nanoseconds since the host booted, suspend included.
    public static func now() -> Int64 { clinux_boot_time() }

    /// By how much the kernel lets this clock run faster than the hardware's (adjtimex(2)), in parts
    /// per billion: what a time daemon has set.
    public static func rate() throws(SystemError) -> Int64 {
        var rate: Int64 = 0
        try checked(unsafe clinux_clock_rate(&rate), "adjtimex", "CLOCK_BOOTTIME")
        return rate
    }

    /// The 16 bytes that the kernel drew for this boot, in the order in which they are written.
    public static func bootID() throws(SystemError) -> [UInt8] {
        let path = "/proc/sys/kernel/random/boot_id"
        let text = try File.contents(path, limit: 64)
        let digits = text.compactMap { byte in Character(Unicode.Scalar(byte)).hexDigitValue }
        guard digits.count == 32 else { throw SystemError("read", path, .badMessage) }
        return (0..<16).map { index in UInt8(digits[2 * index] << 4 | digits[2 * index + 1]) }
    }

    /// The inode of this process's time namespace; 0 on a kernel that has none.
    ///
    /// Two processes read the same clock if they are of one boot and one time namespace.
    public static func timeNamespace() throws(SystemError) -> UInt64 {
        let path = "/proc/self/ns/time"
        var status = clinux_status()
        let found = unsafe clinux_status_at(Int32(CLINUX_CWD), path, 1, &status)
        if found == -Errno.noSuchFileOrDirectory.rawValue { return 0 }
        try checked(found, "stat", path)
        return status.inode
    }
}
