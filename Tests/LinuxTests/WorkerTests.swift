// SPDX-License-Identifier: Apache-2.0

// Gates let a job begin and then hang until the test lets it go on, so that nothing sleeps.

import Linux
import Synchronization
import SystemPackage
import Testing

@Suite("The worker")
struct WorkerTests {
    /// Waits until so many jobs are done.
    private func wait(for count: Int, of worker: borrowing Worker) throws -> [Completion] {
        var done: [Completion] = []
        while done.count < count {
            try waitUntilReadable(worker.descriptor)
            done += worker.completions()
        }
        return done
    }

    @Test("jobs are done in the order in which they were submitted, and their errors told")
    func order() throws {
        let worker = try Worker()
        let failure = SystemError("sync", "/x", .ioError)
        for id in UInt64(1)...20 {
            worker.submit(id: id) { () throws(SystemError) in
                if id == 13 { throw failure }
            }
        }
        let done = try wait(for: 20, of: worker)
        #expect(done.map(\.id) == Array(1...20))
        #expect(done.compactMap(\.error) == [failure])
        #expect(done[12].error == failure)
        #expect(done.allSatisfy { $0.durationNanoseconds >= 0 })
        let (pending, busySince) = (worker.pending, worker.busySince)
        #expect(pending == 0)
        #expect(busySince == nil)
        #expect(worker.completions() == [])
    }

    @Test("a job that hangs keeps nobody from submitting or asking, and is seen to hang")
    func hanging() throws {
        let worker = try Worker()
        let gate = Gate(began: try Doorbell(), goOn: try Doorbell(blocking: true))
        let before = BootClock.now()
        worker.submit(id: 1) { gate.pass() }
        worker.submit(id: 2) {}
        try waitUntilReadable(gate.began.descriptor)
        #expect(worker.completions() == [])
        let isAlive = worker.isAlive
        #expect(isAlive)
        let (pending, busySince) = (worker.pending, worker.busySince)
        #expect(pending == 2)
        let since = try #require(busySince)
        #expect(since >= before)
        #expect(since <= BootClock.now())

        gate.goOn.ring()
        #expect(try wait(for: 2, of: worker).map(\.id) == [1, 2])
    }

    @Test("the worker's end waits for no job, and jobs behind the running one are not begun")
    func endWhileHanging() throws {
        let gate = Gate(began: try Doorbell(), goOn: try Doorbell(blocking: true))
        let last = Gate(began: try Doorbell(), goOn: try Doorbell(blocking: true))
        let ended = Ending(bell: try Doorbell())
        do {
            let worker = try Worker()
            let token = EndingToken(ended)
            worker.submit(id: 1) {
                gate.pass()
                _ = token
            }
            worker.submit(id: 2) { last.pass() }
            try waitUntilReadable(gate.began.descriptor)
        }
        gate.goOn.ring()
        // The first job is let go of when it is over; the thread ends then.
        try waitUntilReadable(ended.bell.descriptor)
        var poller = try Poller()
        try poller.add(last.began.descriptor, .readable, token: 1)
        #expect(try poller.wait(timeout: 0) == [])
    }

    @Test("no signal reaches the worker's thread")
    func signals() throws {
        let worker = try Worker()
        let found = Found()
        worker.submit(id: 1) { () throws(SystemError) in
            let status = try File.contents("/proc/thread-self/status", limit: 1 << 16)
            found.text.withLock { text in text = String(decoding: status, as: UTF8.self) }
        }
        #expect(try wait(for: 1, of: worker).compactMap(\.error) == [])
        let text = found.text.withLock { text in text }
        let line = text.split(separator: "\n").first { $0.hasPrefix("SigBlk:") }
        let mask = try #require(line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) })
        // SIGTERM, SIGHUP, SIGINT, SIGUSR1
        for signal in [15, 1, 2, 10] { #expect(mask >> UInt64(signal - 1) & 1 == 1) }
    }
}

/// Lets a test wait until a job has begun, and the job until the test lets it go on.
final class Gate: Sendable {
    let began: Doorbell
    let goOn: Doorbell

    init(began: consuming Doorbell, goOn: consuming Doorbell) {
        self.began = began
        self.goOn = goOn
    }

    func pass() {
        began.ring()
        goOn.answer()
    }
}

/// Rings when the last who holds its token lets go.
private final class Ending: Sendable {
    let bell: Doorbell

    init(bell: consuming Doorbell) { self.bell = bell }
}

private final class EndingToken: Sendable {
    private let ending: Ending

    init(_ ending: Ending) { self.ending = ending }

    deinit { ending.bell.ring() }
}

/// What a job found.
private final class Found: Sendable {
    let text = Mutex("")
}
