// SPDX-License-Identifier: Apache-2.0

// A thread for what may block: a sync, a name server. It shares nothing with the loop but what its
// body holds, and no signal can reach it.

internal import CLinux
internal import SystemPackage

/// Runs `body` in a detached thread, which nobody waits for, the end of the process included.
func startThread(
    stackBytes: Int,
    _ body: @escaping @Sendable () -> Void
) throws(SystemError) {
    let box = unsafe Unmanaged.passRetained(ThreadBody(body))
    let started = unsafe clinux_thread_start(
        { context in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
        },
        box.toOpaque(),
        stackBytes
    )
    if started < 0 { unsafe box.release() }
    try checked(started, "pthread_create")
}

/// A closure behind one pointer, as pthread_create(3) takes it.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
