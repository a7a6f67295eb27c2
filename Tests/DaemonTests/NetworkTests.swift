// SPDX-License-Identifier: Apache-2.0

import Election
import Linux
import Paxos
import Session
import Synchronization
import Testing

@testable import Daemon

/// A resolver that hangs until it is let go.
final class HangingResolver: Sendable {
    private let gate = Mutex(())
    let asked = Mutex<[String]>([])

    func lookUp(_ host: String) throws(ResolverError) -> [SocketAddress] {
        asked.withLock { $0.append(host) }
        gate.withLock { _ in }
        return [SocketAddress(ipv4: (127, 0, 0, 1), port: 0)]
    }

    func whileHanging<Result>(_ body: () throws -> Result) rethrows -> Result {
        try gate.withLock { _ in try body() }
    }
}

@Suite("the datagrams' side")
struct NetworkTests {
    private let loopback = SocketAddress(ipv4: (127, 0, 0, 1), port: 0)

    private func network(
        _ lookUp: @escaping Resolver.LookUp = { host throws(ResolverError) in
            throw .noAddress(host: host)
        }
    ) throws -> Network {
        var random = SystemRandomNumberGenerator()
        let sessions = Sessions(
            identity: StaticKey(using: &random),
            name: "db1",
            versions: try #require(VersionRange(oldest: 1, newest: 1)),
            ring: KeyRing(ClusterKey(using: &random)),
            using: &random
        )
        return try Network(listen: [loopback], sessions: sessions, lookUp: lookUp)
    }

    /// Waits for a datagram.
    private func hears(_ socket: inout UDPSocket) throws -> Bool {
        var poller = try Poller()
        try poller.add(socket.descriptor, .readable, token: 1)
        guard try !poller.wait(timeout: 20_000_000_000).isEmpty else { return false }
        var buffer = [UInt8](repeating: 0, count: 2048)
        return try socket.receive(into: &buffer) != nil
    }

    @Test("that a member is elsewhere is told, but not where by the number of an interface here")
    func scoped() throws {
        var network = try network()
        let addresses = ["127.0.0.1:9"]
        _ = network.reach(for: [Neighbour(node: Samples.db2, addresses: addresses)], at: .now())
        let local = SocketAddress(high: 0xfe80 << 48, low: 1, port: 7377, scope: 2)
        #expect(network.news(Session.Endpoint(local), of: Samples.db2) == nil)
        let global = SocketAddress(high: 0xfd00 << 48, low: 1, port: 7377)
        #expect(network.news(Session.Endpoint(global), of: Samples.db2) == .elsewhere)
    }

    @Test("a resolver that hangs keeps nobody waiting, and those with numbers are reached")
    func hangingResolver() throws {
        let resolver = HangingResolver()
        var network = try network { host throws(ResolverError) in try resolver.lookUp(host) }
        var numeric = try UDPSocket(bind: loopback)
        var named = try UDPSocket(bind: loopback)
        let loop = try EventLoop()
        try network.start(loop)
        let reached = try resolver.whileHanging {
            let objections = network.reach(
                for: [
                    Neighbour(node: nil, addresses: ["db2.example:\(named.local.port)"]),
                    Neighbour(node: nil, addresses: ["127.0.0.1:\(numeric.local.port)"]),
                ],
                at: .now()
            )
            #expect(objections.isEmpty)
            return try hears(&numeric)
        }
        #expect(reached)
        // Let go, the name is where the datagrams go as well.
        let ready = try loop.wait(timeout: 20_000_000_000)
        #expect(ready.map(\.token) == [Token.resolver])
        let failures = network.takeAnswers(at: .now())
        #expect(failures.isEmpty)
        #expect(try hears(&named))
        #expect(resolver.asked.withLock { $0 } == ["db2.example"])
    }

    @Test("a name that is not known is said once and asked for again")
    func unknownName() throws {
        var network = try network()
        let loop = try EventLoop()
        try network.start(loop)
        _ = network.reach(for: [Neighbour(node: nil, addresses: ["db2:7377"])], at: .now())
        _ = try loop.wait(timeout: 20_000_000_000)
        let first = network.takeAnswers(at: .now())
        #expect(
            first == ["look up db2: it has neither an IPv4 nor an IPv6 address; it is tried again"]
        )
        network.wake(at: .now() + .milliseconds(61_000))
        _ = try loop.wait(timeout: 20_000_000_000)
        let second = network.takeAnswers(at: .now())
        #expect(second.isEmpty)
    }

    @Test("an address that is none is said, with what would be right")
    func noAddress() throws {
        var network = try network()
        let said = network.reach(
            for: [Neighbour(node: nil, addresses: ["fd00::1:7377"])],
            at: .now()
        )
        #expect(said.count == 1)
        #expect(said.first?.contains("needs brackets if it is an IPv6 address") == true)
    }
}
