// SPDX-License-Identifier: Apache-2.0

// Signals as something to read, in the poller's order, instead of an interruption at any point.

internal import CLinux
public import SystemPackage

/// signalfd(2).
///
/// Make it before any other thread exists: the signals are blocked in the thread that makes it and
/// in those started afterwards, and one that reached another thread would still kill the process.
public struct SignalSource: ~Copyable {
    private let owned: OwnedDescriptor

    /// Takes these signals from now on. They stay blocked when the source ends.
    public init(_ signals: [Int32]) throws(SystemError) {
        let opened = unsafe clinux_signals_open(signals, Int32(signals.count))
        owned = OwnedDescriptor(
            try checked(opened, "signalfd", signals.map(String.init).joined(separator: " "))
        )
    }

    /// Watch this for `.readable`.
    public var descriptor: FileDescriptor { owned.descriptor }

    /// The next signal that came, or nil.
    public func next() throws(SystemError) -> Int32? {
        let signal = clinux_signals_next(owned.number)
        if signal == -Errno.wouldBlock.rawValue { return nil }
        return try checked(signal, "read", "signals")
    }
}

/// A write to a pipe or a socket that nobody reads becomes an error instead of the process's end.
public func ignoreSIGPIPE() {
    // SIGPIPE is 13 on every Linux that Swift knows, and ignoring it cannot fail.
    let ignored = clinux_signal_ignore(13)
    precondition(ignored == 0, "SIGPIPE cannot be ignored: \(Errno(rawValue: -ignored))")
}
