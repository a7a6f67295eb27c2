// SPDX-License-Identifier: Apache-2.0

// Signals go to the thread of the test alone; the rest of the runner does not expect them.

import Glibc
import Linux
import SystemPackage
import Testing

@Suite("Signals")
struct SignalSourceTests {
    @Test("a signal is read in the loop instead of ending the process")
    func read() throws {
        let source = try SignalSource([SIGUSR1, SIGUSR2])
        #expect(try source.next() == nil)
        // To this thread alone: the others of the test runner do not block it.
        raise(SIGUSR2)
        try waitUntilReadable(source.descriptor)
        #expect(try source.next() == SIGUSR2)
        #expect(try source.next() == nil)
    }

    @Test("a number that is no signal is refused")
    func noSignal() {
        let error = #expect(throws: SystemError.self) { _ = try SignalSource([1000]) }
        #expect(sentence(of: error) == "signalfd 1000: Invalid argument")
    }
}
