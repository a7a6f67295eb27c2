// SPDX-License-Identifier: Apache-2.0

// A cluster key can be changed host by host while the cluster runs; the hosts next to each other in
// that procession must always understand each other.

import Testing

@testable import Session

@Suite("The cluster key is changed")
struct RotationTests {
    static let old = Town.clusterKey(1)
    static let new = Town.clusterKey(2)

    private func ring(_ keys: ClusterKey...) throws -> KeyRing { try #require(KeyRing(keys)) }

    @Test("hosts in neighbouring steps of a rotation can meet, whoever begins")
    func neighbours() throws {
        let steps = [
            try ring(Self.old), try ring(Self.old, Self.new), try ring(Self.new, Self.old),
            try ring(Self.new),
        ]
        for (earlier, later) in zip(steps, steps.dropFirst()) {
            for first in 0...1 {
                var town = Town()
                town.add("alpha", ring: earlier)
                town.add("beta", ring: later)
                town.begin(first, with: 1 - first)
                town.deliver()
                #expect(town.hosts.map(\.established.count) == [1, 1])
            }
        }
    }

    @Test("hosts at both ends of a rotation cannot")
    func ends() throws {
        var town = Town()
        town.add("alpha", ring: try ring(Self.old))
        town.add("beta", ring: try ring(Self.new))
        town.begin(0, with: 1)
        town.deliver()
        #expect(town.hosts.map(\.established.count) == [0, 0])
    }

    @Test("a session under a key that is taken away gets a successor, and ends")
    func withdrawn() throws {
        var town = Town()
        for name in ["alpha", "beta"] { town.add(name, ring: try ring(Self.old)) }
        town.introduceAll()
        town.begin(0, with: 1)
        town.deliver()
        for keys in [[Self.old, Self.new], [Self.new, Self.old], [Self.new]] {
            for host in 0...1 {
                town.replaceRing(of: host, by: try #require(KeyRing(keys)))
                town.deliver()
            }
            town.pass(.seconds(1))
            town.say("\(keys.count)", from: 0, to: 1)
            town.deliver()
        }
        #expect(town.hosts[1].heard == ["2", "2", "1"])
        town.pass(.seconds(5))
        for host in town.hosts {
            #expect(host.sessions.peers[0].sessions.allSatisfy { $0.clusterKey == Self.new })
            #expect(host.sessions.peers[0].sessions.count == 1)
        }
    }

    @Test("a peer that does not have the new key is cut off after five seconds")
    func cutOff() throws {
        var town = Town()
        for name in ["alpha", "beta"] { town.add(name, ring: try ring(Self.old)) }
        town.introduceAll()
        town.begin(0, with: 1)
        town.deliver()
        town.replaceRing(of: 0, by: try ring(Self.new))
        town.pass(.seconds(5))
        #expect(town.hosts[0].sessions.session(with: town.hosts[1].key) == nil)
        #expect(town.hosts[1].sessions.drops[.badProof] > 0)
    }

    @Test("a ring has one to four keys")
    func sizes() {
        #expect(KeyRing([]) == nil)
        #expect(KeyRing([ClusterKey](repeating: Self.old, count: 4)) != nil)
        #expect(KeyRing([ClusterKey](repeating: Self.old, count: 5)) == nil)
        #expect(ClusterKey(bytes: [UInt8](repeating: 0, count: 31)) == nil)
    }

    @Test("a proof holds for its key and for every one of its bytes")
    func proof() {
        var datagram = [UInt8](0..<100)
        Self.old.addProof(to: &datagram)
        #expect(datagram.count == 116)
        #expect(Self.old.proves(datagram))
        #expect(!Self.new.proves(datagram))
        for position in datagram.indices {
            var changed = datagram
            changed[position] ^= 1
            #expect(!Self.old.proves(changed))
        }
        for length in 0..<datagram.count { #expect(!Self.old.proves([UInt8](datagram[..<length]))) }
    }

    @Test("no secret is in what a key prints")
    func printing() {
        var random = SeededRandom(seed: 3)
        let pair = StaticKey(using: &random)
        #expect("\(pair)" == "key pair of \(pair.publicKey)")
        #expect("\(Self.old)" == "cluster key")
        #expect(StaticKey(bytes: pair.secretBytes)?.publicKey == pair.publicKey)
    }
}
