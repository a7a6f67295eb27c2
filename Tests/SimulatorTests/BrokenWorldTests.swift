// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Session
import Testing
import Wire

@testable import Simulator
@testable import Storage

/// Worlds in which one layer below the replica is broken: the checker that watches it speaks.
@Suite struct BrokenWorldTests {
    private static func hello(_ number: UInt64) -> Message {
        let hello = Hello(run: 7, writeNumber: number, heard: [], versions: 1...1)
        return Message(cluster: nil, slot: 0, body: .hello(hello))
    }

    private func packet(_ damage: Packet.Damage) -> Packet {
        Packet(from: 0, to: 1, content: .first(session: 0), sent: 0, damage: damage)
    }

    @Test("bytes that came whole and cannot be read are seen")
    func unreadable() {
        var world = World(Plan(seed: 1, nodes: 3, profile: .calm))
        let bytes = Self.hello(3).encoded
        #expect(world.open(packet(.none), bytes) == Self.hello(3))
        #expect(world.violation == nil)
        #expect(world.open(packet(.none), Array(bytes.dropLast())) == nil)
        #expect(world.violation?.property == "whatIsSentIsRead")
        var sealed = World(Plan(seed: 1, nodes: 3, profile: .session))
        sealed.read(1, Array(bytes.dropLast()), from: sealed.hosts[0].node, .zero)
        #expect(sealed.violation?.property == "whatIsSentIsRead")
    }

    @Test("a message that is read although its end is missing is seen")
    func cutShort() {
        var world = World(Plan(seed: 1, nodes: 3, profile: .calm))
        let bytes = Self.hello(3).encoded
        for count in bytes.indices {
            #expect(world.open(packet(.cut), Array(bytes[..<count])) == nil)
        }
        #expect(world.violation == nil)
        // What a reader that believes the length of its buffer more than the message would do.
        #expect(world.open(packet(.cut), bytes) == nil)
        #expect(world.violation?.property == "whatIsCutShortIsRefused")
    }

    /// A world of real sessions in which a datagram has just brought a message: the packet, and the
    /// receiver's session layer as it was before.
    private func oneHeard() throws -> (world: World, packet: Packet, sessions: Sessions) {
        var world = World(Plan(seed: 1, nodes: 2, profile: .session))
        while let next = world.queue.next(), world.violation == nil {
            guard case .packet(let packet) = next.event,
                case .sealed(let datagram) = packet.content, datagram.message != nil,
                let sessions = world.hosts[packet.to].process?.line?.sessions
            else {
                world.happen(next.event, at: next.at)
                continue
            }
            world.happen(next.event, at: next.at)
            let line = world.hosts[packet.to].process?.line
            if line?.heard.contains(datagram.serial) ?? false { return (world, packet, sessions) }
        }
        throw NothingHeard()
    }

    private struct NothingHeard: Error {}

    @Test("a session layer that forgets what it has heard is seen")
    func forgetful() throws {
        var (world, packet, sessions) = try oneHeard()
        world.arrive(packet)
        #expect(world.violation == nil, "the replay window knows it")
        world.hosts[packet.to].process?.line?.sessions = sessions
        world.arrive(packet)
        #expect(world.violation?.property == "nothingIsHeardTwice")
    }

    @Test("a session layer that brings other bytes than were sealed is seen")
    func invented() throws {
        var (world, packet, sessions) = try oneHeard()
        guard case .sealed(let datagram) = packet.content else { throw NothingHeard() }
        world.hosts[packet.to].process?.line?.sessions = sessions
        packet.content = .sealed(
            Datagram(bytes: datagram.bytes, serial: .max, message: Self.hello(9).encoded)
        )
        world.arrive(packet)
        #expect(world.violation?.property == "onlyWhatWasSentIsHeard")
    }

    @Test("a whole record that a start cannot read is seen")
    func foreignRelease() throws {
        var world = World(Plan(seed: 1, nodes: 3, profile: .calm))
        let whole = world.hosts[0].drive.visible(.a)
        // The lowest byte of the format, under a checksum that is right again.
        var copy = Array(whole.dropLast(checksumLength))
        copy[11] += 1
        copy += MixDigest.checksum(copy)
        #expect(copy.count == whole.count)
        for side in Side.allCases {
            world.hosts[0].drive.write(RecordWrite(side: side, id: RecordID(1), bytes: copy))
        }
        world.recall(0)
        #expect(world.violation == nil, "nothing runs")
        _ = world.start(0)
        world.recall(0)
        #expect(world.violation?.property == "recordsAreReadable")
    }
}
