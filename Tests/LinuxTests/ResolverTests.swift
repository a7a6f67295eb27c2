// SPDX-License-Identifier: Apache-2.0

// Name servers that answer, refuse and hang, none of them real but the last.

import Glibc
import Linux
import Synchronization
import SystemPackage
import Testing

@Suite("The resolver")
struct ResolverTests {
    private func wait(for count: Int, of resolver: borrowing Resolver) throws -> [ResolverAnswer] {
        var answers: [ResolverAnswer] = []
        while answers.count < count {
            try waitUntilReadable(resolver.descriptor)
            answers += resolver.answers()
        }
        return answers.sorted { $0.id < $1.id }
    }

    @Test("a name is looked up beside the loop and gets the port that was asked for")
    func name() throws {
        let resolver = try Resolver { host throws(ResolverError) in
            #expect(host == "db1")
            return [.anyIPv4(port: 0), .anyIPv6(port: 0)]
        }
        resolver.lookUp(id: 5, host: "db1", port: 7377)
        let answer = try #require(try wait(for: 1, of: resolver).first)
        #expect(answer.id == 5)
        #expect(answer.result == .success([.anyIPv4(port: 7377), .anyIPv6(port: 7377)]))
        #expect(resolver.answers().isEmpty)
    }

    @Test("a numeric host is answered at once and asks nobody", arguments: ["10.0.0.1", "::1"])
    func numeric(host: String) throws {
        let resolver = try Resolver { host throws(ResolverError) in
            Issue.record("asked for \(host)")
            return []
        }
        resolver.lookUp(id: 1, host: host, port: 7)
        let expected = try #require(SocketAddress(numericHost: host, port: 7))
        #expect(resolver.answers().map(\.result) == [.success([expected])])
    }

    @Test("no such name, and a name without an address, are answers with a sentence")
    func failures() throws {
        let resolver = try Resolver { host throws(ResolverError) in
            if host == "empty" { return [] }
            throw .failed(host: host, reason: "Name or service not known")
        }
        resolver.lookUp(id: 1, host: "db9", port: 7)
        resolver.lookUp(id: 2, host: "empty", port: 7)
        let sentences = try wait(for: 2, of: resolver).map { answer -> String in
            switch answer.result {
            case .success(let addresses): "\(addresses)"
            case .failure(let error): "\(error)"
            }
        }
        #expect(
            sentences == [
                "look up db9: Name or service not known",
                "look up empty: it has neither an IPv4 nor an IPv6 address",
            ]
        )
    }

    @Test("name servers that hang stop nobody; what is behind them waits its turn")
    func hanging() throws {
        let gate = Gate(began: try Doorbell(), goOn: try Doorbell(blocking: true))
        let counter = Counter()
        let resolver = try Resolver { host throws(ResolverError) in
            counter.enter()
            defer { counter.leave() }
            if host.hasPrefix("slow") { gate.pass() }
            return [.anyIPv4(port: 0)]
        }
        for id in 0..<UInt64(Resolver.threadsMax) {
            resolver.lookUp(id: id, host: "slow\(id)", port: 1)
        }
        resolver.lookUp(id: 100, host: "fast", port: 1)
        resolver.lookUp(id: 101, host: "10.0.0.1", port: 1)
        #expect(resolver.answers().map(\.id) == [101])

        // One let go takes what stands in line as well.
        gate.goOn.ring()
        let ids = try wait(for: 2, of: resolver).map(\.id)
        #expect(ids.contains(100))
        for _ in 1..<Resolver.threadsMax {
            gate.goOn.ring()
            _ = try wait(for: 1, of: resolver)
        }
        #expect(counter.most <= Resolver.threadsMax)
    }

    @Test("a process ends while a name server hangs")
    func exitWhileHanging() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let began = try Doorbell()
            let gate = Gate(began: began, goOn: try Doorbell(blocking: true))
            let resolver = try Resolver { _ throws(ResolverError) in
                gate.pass()
                return []
            }
            resolver.lookUp(id: 1, host: "slow", port: 1)
            try waitUntilReadable(gate.began.descriptor)
            exit(7)
        }
    }

    @Test("the host's own resolver knows this host")
    func localhost() throws {
        let addresses = try systemLookUp("localhost")
        let loopbacks = ["127.0.0.1", "::1"].compactMap { SocketAddress(numericHost: $0, port: 0) }
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { loopbacks.contains($0) })
    }
}

/// Counts who is inside at once.
private final class Counter: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var most: Int { counts.withLock { $0.most } }

    func enter() {
        counts.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
    }

    func leave() { counts.withLock { counts in counts.now -= 1 } }
}
