// SPDX-License-Identifier: Apache-2.0

import ElectClient
import Glibc
import Synchronization

/// A reader that looks at all hosts' pages, again and again, as long as a test goes on: no two of
/// them may ever lead at one moment.
///
/// To see that two led at once it looks at one, at the other, and at the first again: if that one
/// leads before and after, it led in between.
final class LeaseWatch: Sendable {
    private struct State {
        var looks = 0
        var overlaps: [String] = []
        var isToEnd = false
        var hasEnded = false
    }

    private let pages: [String]
    private let state = Mutex(State())

    init(_ pages: [String]) {
        self.pages = pages
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(self).toOpaque()
        let result = unsafe pthread_create(&thread, nil, runWatch, box)
        precondition(result == 0, "no thread for the reader")
        pthread_detach(thread)
    }

    /// Stops looking: how often it looked, and which two led at once.
    func end() -> (looks: Int, overlaps: [String]) {
        state.withLock { $0.isToEnd = true }
        while !state.withLock({ $0.hasEnded }) { sched_yield() }
        return state.withLock { ($0.looks, $0.overlaps) }
    }

    fileprivate func run() {
        while !state.withLock({ $0.isToEnd }) {
            for one in pages {
                for other in pages where other != one { look(one, other) }
            }
            usleep(100)
        }
        state.withLock { $0.hasEnded = true }
    }

    private func look(_ one: String, _ other: String) {
        // A page that is not there yet says nothing.
        guard var first = try? LeasePageReader(path: one),
            var second = try? LeasePageReader(path: other)
        else { return }
        state.withLock { $0.looks += 1 }
        guard let before = first.lease(), let between = second.lease(),
            let after = first.lease(), before.epoch == after.epoch
        else { return }
        state.withLock {
            $0.overlaps.append("\(one) under \(before.epoch), \(other) under \(between.epoch)")
        }
    }
}

private func runWatch(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let pointer = unsafe pointer {
        unsafe Unmanaged<LeaseWatch>.fromOpaque(pointer).takeRetainedValue().run()
    }
    return nil
}
