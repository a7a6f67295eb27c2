// SPDX-License-Identifier: Apache-2.0

// A question that is answered on another processor costs a wake of that one, and its answer a wake
// of ours. What a wake costs is the machine's: from 3 µs to 40, and more where processors sleep. So
// what the answer itself costs is measured with who asks and who answers on one processor, where one
// runs on as the other stops, and no third one has to be woken.

import Glibc
import Linux

/// Keeps this program and some others on one processor for as long as this value lives.
struct OneProcessor: ~Copyable {
    private let before: [(pid: pid_t, processors: Processors)]

    init(with others: [pid_t]) throws {
        let one = try Processors(of: 0).first
        before = try ([0] + others).map { pid in
            let all = try Processors(of: pid)
            try one.confine(pid)
            return (pid, all)
        }
    }

    deinit {
        // One of them that has ended is nobody's loss.
        for process in before { try? process.processors.confine(process.pid) }
    }
}
