// SPDX-License-Identifier: Apache-2.0

// Names to addresses, without the loop ever waiting for a name server.
//
// getaddrinfo(3) blocks for as long as it likes and cannot be called off. So each name that is
// looked up has a thread for as long as that takes, a few at once, and the rest stand in line. A
// thread that hangs is left alone: it holds its own share of the state and nobody waits for it.

internal import Synchronization
public import SystemPackage

/// Why there is no address.
public enum ResolverError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The resolver's own words: unknown name, no answer for now.
    case failed(host: String, reason: String)

    /// The name is known and has no address that UDP can use.
    case noAddress(host: String)

    /// The host and the reason.
    public var description: String {
        switch self {
        case .failed(let host, let reason): "look up \(host): \(reason)"
        case .noAddress(let host): "look up \(host): it has neither an IPv4 nor an IPv6 address"
        }
    }
}

/// What became of one name.
public struct ResolverAnswer: Sendable {
    /// The number under which it was asked.
    public var id: UInt64

    /// At least one address, in the resolver's order of preference, with the port asked for.
    public var result: Result<[SocketAddress], ResolverError>
}

/// Looks names up beside the loop.
public struct Resolver: ~Copyable {
    /// Finds the addresses of a host, and may block. Their port is set afterwards.
    public typealias LookUp = @Sendable (String) throws(ResolverError) -> [SocketAddress]

    /// How many names are looked up at once. With one alone a name that hangs would keep all others
    /// waiting, until its name server is given up; with as many as there are names a start of seven
    /// hosts would be seven threads. At rest there is none.
    public static let threadsMax = 4

    /// Modules of NSS are less modest than we are. Only what is touched becomes memory.
    private static let stackBytes = 512 << 10

    private let shared: Shared

    /// A resolver at rest, without a thread. `lookUp` is `systemLookUp`, or a test's.
    public init(_ lookUp: @escaping LookUp) throws(SystemError) {
        shared = Shared(lookUp: lookUp, done: try Doorbell())
    }

    /// Answers to what was asked before are not wanted any more.
    deinit {
        shared.state.withLock { state in state.waiting.removeAll() }
    }

    /// Watch this for `.readable`, then take the `answers()`.
    public var descriptor: FileDescriptor { shared.done.descriptor }

    /// Asks for the addresses of a host; never waits. A numeric host is answered without a thread.
    ///
    /// Every question gets one answer, which may take minutes; asking again before it has come only
    /// makes the line longer.
    public func lookUp(id: UInt64, host: String, port: UInt16) {
        if let address = SocketAddress(numericHost: host, port: port) {
            shared.answer(ResolverAnswer(id: id, result: .success([address])))
            return
        }
        let startsThread = shared.state.withLock { state in
            state.waiting.append(Question(id: id, host: host, port: port))
            guard state.threads < Self.threadsMax else { return false }
            state.threads += 1
            return true
        }
        guard startsThread else { return }
        do throws(SystemError) {
            try startThread(stackBytes: Self.stackBytes) { [shared] in shared.run() }
        } catch {
            shared.failWithoutThread(error)
        }
    }

    /// The answers since the last call, in the order in which they came.
    public func answers() -> [ResolverAnswer] {
        shared.done.answer()
        return shared.state.withLock { state in
            defer { state.done = [] }
            return state.done
        }
    }

    private struct Question {
        var id: UInt64
        var host: String
        var port: UInt16
    }

    /// What the threads hold as well, and what outlives the loop's side if one hangs.
    private final class Shared: Sendable {
        struct State {
            var waiting: [Question] = []
            var done: [ResolverAnswer] = []
            var threads = 0
        }

        let state = Mutex(State())
        let lookUp: LookUp
        let done: Doorbell

        init(lookUp: @escaping LookUp, done: consuming Doorbell) {
            self.lookUp = lookUp
            self.done = done
        }

        func answer(_ answer: ResolverAnswer) {
            state.withLock { state in state.done.append(answer) }
            done.ring()
        }

        /// A thread's life: names until none waits.
        func run() {
            while let question = next() {
                answer(ResolverAnswer(id: question.id, result: result(of: question)))
            }
        }

        private func next() -> Question? {
            state.withLock { state in
                guard !state.waiting.isEmpty else {
                    state.threads -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
        }

        private func result(of question: Question) -> Result<[SocketAddress], ResolverError> {
            do throws(ResolverError) {
                var addresses = try lookUp(question.host)
                guard !addresses.isEmpty else { throw .noAddress(host: question.host) }
                for index in addresses.indices { addresses[index].port = question.port }
                return .success(addresses)
            } catch {
                return .failure(error)
            }
        }

        /// No thread could be had. Those that run take what waits; if none does, nobody would.
        func failWithoutThread(_ error: SystemError) {
            let orphans: [Question] = state.withLock { state in
                state.threads -= 1
                guard state.threads == 0 else { return [] }
                defer { state.waiting = [] }
                return state.waiting
            }
            for question in orphans {
                let failure = ResolverError.failed(host: question.host, reason: "\(error)")
                answer(ResolverAnswer(id: question.id, result: .failure(failure)))
            }
        }
    }
}
