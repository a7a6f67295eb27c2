// SPDX-License-Identifier: Apache-2.0

// The helper that waits for the disk, so that the loop need not.
//
//   loop    submit 1, submit 2 ─────────── heartbeat ─── heartbeat ─── completions: 1, 2
//   worker        └─ job 1: write, sync ─────────────┘└─ job 2 ─────┘
//
// Jobs run one at a time in the order in which they were submitted, because the disk's order is the
// protocol's order. A disk that hangs, hangs this thread alone: the loop sees since when, and can
// give up what it can no longer promise. Nothing ever waits for the thread, not even its end.

internal import Synchronization
public import SystemPackage

/// A job that is done.
public struct Completion: Equatable, Sendable {
    /// The number under which it was submitted.
    public var id: UInt64

    /// What it threw, if it did.
    public var error: SystemError?

    /// How long it ran.
    public var durationNanoseconds: Int64
}

/// One thread that runs jobs in order.
public struct Worker: ~Copyable {
    /// What may block. It throws what is to be told of it.
    public typealias Job = @Sendable () throws(SystemError) -> Void

    private let shared: Shared

    /// Enough for system calls and a few frames.
    private static let stackBytes = 256 << 10

    /// Starts the thread.
    public init() throws(SystemError) {
        let shared = Shared(work: try Doorbell(blocking: true), done: try Doorbell())
        try startThread(stackBytes: Self.stackBytes) { shared.run() }
        self.shared = shared
    }

    /// The thread ends after the job it is at; jobs behind that one are not begun.
    deinit {
        shared.state.withLock { state in
            state.isStopping = true
            state.waiting.removeAll()
        }
        shared.work.ring()
    }

    /// Watch this for `.readable`, then take the `completions()`.
    public var descriptor: FileDescriptor { shared.done.descriptor }

    /// Whether the thread still takes jobs. It should, for as long as this value is there.
    public var isAlive: Bool { shared.state.withLock { state in !state.hasEnded } }

    /// When the job began that runs now, an instant of `BootClock`; nil if none does.
    public var busySince: Int64? { shared.state.withLock { state in state.busySince } }

    /// How many jobs are submitted and not done.
    public var pending: Int {
        shared.state.withLock { state in
            state.waiting.count + (state.busySince == nil ? 0 : 1)
        }
    }

    /// Puts a job behind those submitted before; never waits for one.
    public func submit(id: UInt64, _ job: @escaping Job) {
        shared.state.withLock { state in state.waiting.append((id, job)) }
        shared.work.ring()
    }

    /// The jobs done since the last call, in their order.
    public func completions() -> [Completion] {
        shared.done.answer()
        return shared.state.withLock { state in
            defer { state.done = [] }
            return state.done
        }
    }

    /// What both threads hold, and what outlives the loop's side if a job hangs.
    private final class Shared: Sendable {
        struct State {
            var waiting: [(id: UInt64, job: Job)] = []
            var done: [Completion] = []
            var busySince: Int64?
            var isStopping = false
            var hasEnded = false
        }

        let state = Mutex(State())
        let work: Doorbell
        let done: Doorbell

        init(work: consuming Doorbell, done: consuming Doorbell) {
            self.work = work
            self.done = done
        }

        /// The thread's life.
        func run() {
            defer { state.withLock { state in state.hasEnded = true } }
            while true {
                work.answer()
                while let (id, job) = next() {
                    perform(id, job)
                }
                if state.withLock({ state in state.isStopping }) { return }
            }
        }

        private func next() -> (UInt64, Job)? {
            state.withLock { state in
                guard !state.waiting.isEmpty else { return nil }
                state.busySince = BootClock.now()
                return state.waiting.removeFirst()
            }
        }

        private func perform(_ id: UInt64, _ job: Job) {
            var error: SystemError?
            let start = BootClock.now()
            do throws(SystemError) {
                try job()
            } catch let failure {
                error = failure
            }
            let completion = Completion(
                id: id,
                error: error,
                durationNanoseconds: BootClock.now() - start
            )
            state.withLock { state in
                state.done.append(completion)
                state.busySince = nil
            }
            done.ring()
        }
    }
}
