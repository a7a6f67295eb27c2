// SPDX-License-Identifier: Apache-2.0

// What two hosts with given keys put on the wire, byte for byte. Two sides that have changed alike
// would understand each other very well, and no host that runs yesterday's release.

import GoldenFile
import Testing

@testable import Session

@Suite("Datagrams, byte for byte")
struct GoldenTests {
    /// A row of bytes with a meaning.
    typealias Part = (count: Int, name: String)

    /// A kind of datagram, as it is in its file.
    struct Sample: CustomTestStringConvertible, Sendable {
        let name: String
        let story: String
        let parts: [Part]

        var file: String { "\(datagramVersion)/\(name).hex" }
        var testDescription: String { name }

        /// The bytes with their names, and behind them what was inside.
        func text(of datagram: [UInt8], inside: [String] = []) -> String {
            var lines = ["# \(story)"]
            var rest = datagram[...]
            for (count, name) in parts {
                let count = count == 0 ? rest.count - 16 : count
                lines.append("\(hex(rest.prefix(count)))  # \(name)")
                rest = rest.dropFirst(count)
            }
            if !rest.isEmpty { lines.append("\(hex(rest))  # not foreseen") }
            return (lines + inside.map { "# \($0)" }).joined(separator: "\n") + "\n"
        }
    }

    private static let message1 = Sample(
        name: "message1",
        story: "alpha begins (Noise: e; the cluster key is mixed in behind message 3)",
        parts: [
            (1, "version"), (1, "kind: message 1"), (4, "sender"), (32, "e, ephemeral key"),
            (118, "zeros, encrypted"), (16, "tag"), (16, "proof"),
        ]
    )
    private static let message2 = Sample(
        name: "message2",
        story: "beta answers (Noise: e, ee, s, es)",
        parts: [
            (1, "version"), (1, "kind: message 2"), (4, "receiver"), (4, "sender"),
            (32, "e, ephemeral key"), (32, "s, static key, encrypted"), (16, "tag"),
            (66, "introduction, encrypted"), (16, "tag"), (16, "proof"),
        ]
    )
    private static let message3 = Sample(
        name: "message3",
        story: "alpha ends the handshake (Noise: s, se, psk)",
        parts: [
            (1, "version"), (1, "kind: message 3"), (4, "receiver"),
            (32, "s, static key, encrypted"), (16, "tag"), (66, "introduction, encrypted"),
            (16, "tag"), (16, "proof"),
        ]
    )
    private static let whole = Sample(
        name: "whole",
        story: "a message of alpha that fits, behind message 3 in one UDP datagram",
        parts: [
            (1, "version"), (1, "kind: whole"), (4, "receiver"), (8, "counter, little-endian"),
            (0, "message, encrypted"), (16, "tag"),
        ]
    )
    private static let fragment = Sample(
        name: "fragment",
        story: "the second part of a message of alpha that does not fit",
        parts: [
            (1, "version"), (1, "kind: fragment"), (4, "receiver"), (8, "counter, little-endian"),
            (0, "fragment, encrypted"), (16, "tag"),
        ]
    )

    private static let long = String(repeating: "All decrees. ", count: 90)

    /// Who speaks, and by which keys.
    private var town: Town {
        var town = Town("alpha", "beta", key: 7, seed: 1)
        town.introduceAll()
        return town
    }

    /// What the file has, which is what was sent.
    private func golden(
        _ sample: Sample,
        _ datagram: [UInt8],
        inside: [String] = []
    ) throws -> [UInt8] {
        let text = sample.text(of: datagram, inside: inside)
        let file = try GoldenFile(sample.file).text(rewritten: text)
        #expect(text == file)
        let bytes = try #require(GoldenFile.bytes(in: file))
        #expect(bytes == datagram)
        return bytes
    }

    @Test("two hosts with given keys send the bytes of the files, and read what the files have")
    func conversation() throws {
        var town = town
        let secrets = town.hosts.map { host in
            "\(host.sessions.introduction.name), static secret \(hex(host.sessions.identity.secretBytes))"
        }
        let keys = ["cluster key \(hex([UInt8](repeating: 7, count: 32)))"] + secrets

        town.begin(0, with: 1)
        town.queue[0].bytes = try golden(Self.message1, town.queue[0].bytes, inside: keys)
        town.hand(town.queue.removeFirst())

        town.queue[0].bytes = try golden(Self.message2, town.queue[0].bytes)
        town.hand(town.queue.removeFirst())

        // The Hello of the new session goes along with message 3.
        let both = town.queue[0].bytes
        let third = try golden(Self.message3, Array(both.prefix(DatagramSize.message3)))
        let hello = try golden(
            Self.whole,
            Array(both.dropFirst(DatagramSize.message3)),
            inside: ["the message is 'hello 1'"]
        )
        town.queue[0].bytes = third + hello
        town.hand(town.queue.removeFirst())
        #expect(town.hosts[1].hellos == ["alpha: hello 1"])
        town.deliver()
        #expect(town.hosts[0].hellos == ["beta: hello 1"])

        let number: UInt64 = 0x0102_0304_0506_0708
        let sealed = town.hosts[0].sessions.seal(
            [UInt8](Self.long.utf8),
            number: number,
            to: town.hosts[1].key,
            at: town.now
        )
        town.post(sealed, by: 0)
        #expect(town.queue.count == 2)
        let plain = Fragment.split([UInt8](Self.long.utf8), number: number)[1]
        town.queue[1].bytes = try golden(
            Self.fragment,
            town.queue[1].bytes,
            inside: [
                "inside: \(hex(plain.prefix(8))) number, \(hex(plain[8..<12])) length of the message,",
                "\(hex(plain[12..<14])) place, little-endian all of them, and \(plain.count - 14) bytes",
            ]
        )
        town.deliver()
        #expect(town.hosts[1].heard == [Self.long])
        #expect(town.hosts.allSatisfy { $0.sessions.drops.total == 0 })
    }

    @Test("there is a file of every kind of datagram")
    func complete() throws {
        let files = try GoldenFile.all(of: datagramVersion)
        let kinds = try files.compactMap { try $0.bytes()?.dropFirst().first }.sorted()
        #expect(kinds == [1, 2, 3, 4, 5])
        #expect(try files.allSatisfy { try $0.bytes()?.first == datagramVersion })
        #expect(DatagramKind(rawValue: 6) == nil)
    }
}
