// SPDX-License-Identifier: Apache-2.0

import Election
import Linux
import Synchronization

@testable import Daemon

/// A disk that does what a test wants, on the worker's thread.
final class TestDisk: RecordPlace {
    struct State {
        var written: [UInt64] = []
        var mirrored = 0
        var failure: SystemError?
        /// Which records the gate is for.
        var hangs: @Sendable (Record) -> Bool = { _ in true }
    }

    let state = Mutex(State())
    /// Held by a test, it makes the disk hang.
    let gate = Mutex(())

    func write(_ record: Record) throws(SystemError) {
        let hangs = state.withLock { $0.hangs }
        if hangs(record) { gate.withLock { _ in } }
        let failure = state.withLock { state in
            if state.failure == nil { state.written.append(record.id.number) }
            return state.failure
        }
        if let failure { throw failure }
    }

    func mirror() throws(SystemError) {
        let failure = state.withLock { state in
            state.mirrored += 1
            return state.failure
        }
        if let failure { throw failure }
    }
}
