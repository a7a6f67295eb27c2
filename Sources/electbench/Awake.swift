// SPDX-License-Identifier: Apache-2.0

// A processor that has nothing to do goes to sleep, and waking it can take longer than all that it is
// woken for. That time is the machine's. So what goes from one processor to another is measured on
// processors that are kept awake, by processes that give way to everybody, and once more, beside it,
// on processors that may sleep.

import Glibc
import Linux

/// Keeps every processor awake for as long as this value lives.
struct Awake: ~Copyable {
    private let spinners: [Child]

    init() throws {
        spinners = try (0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))).map { _ in
            try Child("/proc/self/exe", ["--spin"])
        }
    }
}

/// Does nothing, without an end, whenever nobody else wants the processor.
func spin() throws -> Never {
    var parameters = sched_param()
    let idle: Int32 = 5  // SCHED_IDLE, sched(7)
    guard unsafe sched_setscheduler(0, idle, &parameters) == 0 else {
        throw BenchFailure("a process cannot give way to all others: error \(errno)")
    }
    // The clock is asked so that there is something which cannot be left out.
    while BootClock.now() >= 0 {}
    exit(EXIT_FAILURE)
}
