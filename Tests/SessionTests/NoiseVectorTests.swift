// SPDX-License-Identifier: Apache-2.0

// Others have published what a handshake with given keys looks like, byte for byte. Ours must look
// the same: two sides with the same mistake would understand each other very well.

import Testing

@testable import Session

@Suite("Noise, as published")
struct NoiseVectorTests {
    @Test("the published handshakes come out byte for byte", arguments: try NoiseVector.all())
    func published(vector: NoiseVector) throws {
        var (initiator, responder) = try sides(of: vector)
        for (number, message) in vector.messages.prefix(3).enumerated() {
            if number.isMultiple(of: 2) {
                #expect(try initiator.write(message.payload) == message.sent)
                #expect(try responder.read(message.sent) == message.payload)
            } else {
                #expect(try responder.write(message.payload) == message.sent)
                #expect(try initiator.read(message.sent) == message.payload)
            }
        }
        #expect(initiator.isFinished && responder.isFinished)
        #expect(initiator.hash == responder.hash)
        let hash = vector["handshake-hash"]
        if !hash.isEmpty { #expect(initiator.hash == hash) }
        #expect(initiator.remoteStatic?.bytes == responderKey(of: vector)?.bytes)
    }

    @Test(
        "what is sent after a published handshake is foretold too",
        arguments: try NoiseVector.all()
    )
    func transport(vector: NoiseVector) throws {
        var (initiator, responder) = try sides(of: vector)
        _ = try responder.read(try initiator.write(vector.messages[0].payload))
        _ = try initiator.read(try responder.write(vector.messages[1].payload))
        _ = try responder.read(try initiator.write(vector.messages[2].payload))
        let ours = initiator.split()
        let theirs = responder.split()
        #expect(vector.messages.count > 3)
        for (number, message) in vector.messages.enumerated().dropFirst(3) {
            let (sender, receiver) =
                number.isMultiple(of: 2) ? (ours.send, theirs.receive) : (theirs.send, ours.receive)
            let counter = UInt64(number - 3) / 2
            var sealed: [UInt8] = []
            sender.seal(message.payload, counter: counter, authenticating: [], onto: &sealed)
            #expect(Array(sealed.dropFirst(CipherKey.nonceBytes)) == message.sent)
            #expect(receiver.open(sealed[...], authenticating: []) == message.payload)
        }
    }

    @Test("a handshake ends at the first changed byte, wherever it is", arguments: 0..<3)
    func tampered(number: Int) throws {
        let vector = try #require(try NoiseVector.all().first { !$0["psk"].isEmpty })
        var (initiator, responder) = try sides(of: vector)
        for (earlier, message) in vector.messages.prefix(number).enumerated() {
            if earlier.isMultiple(of: 2) {
                _ = try responder.read(try initiator.write(message.payload))
            } else {
                _ = try initiator.read(try responder.write(message.payload))
            }
        }
        let genuine = vector.messages[number].sent
        for position in genuine.indices {
            var changed = genuine
            changed[position] ^= 1
            var reader = number.isMultiple(of: 2) ? responder : initiator
            #expect(throws: HandshakeError.authentication) { try reader.read(changed) }
        }
        for length in genuine.indices {
            var reader = number.isMultiple(of: 2) ? responder : initiator
            #expect(throws: HandshakeError.self) { try reader.read([UInt8](genuine[..<length])) }
        }
    }

    @Test("with another pre-shared key the third message does not open")
    func otherPSK() throws {
        var vector = try #require(try NoiseVector.all().first { !$0["psk"].isEmpty })
        var (initiator, _) = try sides(of: vector)
        vector.bytes["psk"]?[31] ^= 0x80
        var (_, responder) = try sides(of: vector)
        _ = try responder.read(try initiator.write([]))
        _ = try initiator.read(try responder.write([]))
        let message3 = try initiator.write([])
        #expect(throws: HandshakeError.authentication) { try responder.read(message3) }
    }

    /// The points of low order: 0, 1, the two of order eight, and p - 1, p and p + 1.
    static let weakKeys = [
        String(repeating: "00", count: 32),
        "01" + String(repeating: "00", count: 31),
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ec" + String(repeating: "ff", count: 30) + "7f",
        "ed" + String(repeating: "ff", count: 30) + "7f",
        "ee" + String(repeating: "ff", count: 30) + "7f",
    ]

    @Test("a public key with which every secret is zero is refused", arguments: weakKeys)
    func weakKey(text: String) throws {
        let vector = try #require(try NoiseVector.all().first { $0["psk"].isEmpty })
        var (_, responder) = try sides(of: vector)
        _ = try responder.read(try NoiseVector.hex(text))
        #expect(throws: HandshakeError.weakKey) { try responder.write([]) }
    }

    private func responderKey(of vector: NoiseVector) -> PeerKey? {
        StaticKey(bytes: vector["responder-static"])?.publicKey
    }

    private func sides(of vector: NoiseVector) throws -> (NoiseHandshake, NoiseHandshake) {
        let patterns: [HandshakePattern] = [.xx, .xxPSK3]
        let pattern = try #require(patterns.first { $0.protocolName == vector.protocolName })
        func side(_ name: String, isInitiator: Bool) throws -> NoiseHandshake {
            NoiseHandshake(
                pattern,
                isInitiator: isInitiator,
                prologue: vector["prologue"],
                preSharedKey: vector["psk"],
                ownStatic: try #require(StaticKey(bytes: vector["\(name)-static"])),
                ownEphemeral: try #require(StaticKey(bytes: vector["\(name)-ephemeral"]))
            )
        }
        return (
            try side("initiator", isInitiator: true), try side("responder", isInitiator: false)
        )
    }
}
