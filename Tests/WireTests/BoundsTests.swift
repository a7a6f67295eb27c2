// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing
import Wire

/// What a message may not say, each with the error that names the field.
@Suite struct BoundsTests {
    private func sample(_ name: String) throws -> Row {
        let sample = try #require(MessageSample.all.first { $0.name == name })
        return Row(sample.message.encoded)
    }

    private func expect(_ bytes: [UInt8], is error: WireError) {
        #expect(throws: error) { try Message.decode(bytes, digest: ToyDigest.self) }
    }

    private func body(_ bytes: [UInt8]) throws -> Message.Body? {
        guard case .message(let message) = try Message.decode(bytes, digest: ToyDigest.self) else {
            return nil
        }
        return message.body
    }

    private func word(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
    }

    @Test("rounds, slots, write numbers and times of 2⁶¹ and more are refused (R3)")
    func numbers() throws {
        let heartbeat = try sample("heartbeat")
        let owner = [UInt8](repeating: 0xA1, count: 32) + Array("db1".utf8)
        for value in [1 << 61, 1 << 62, UInt64.max] {
            let ballot = heartbeat.replacing(16, word(value) + owner)
            expect(ballot, is: .fields(.value(tag: 16)))
            expect(heartbeat.replacing(2, word(value)), is: .fields(.value(tag: 2)))
            expect(heartbeat.replacing(17, word(value)), is: .fields(.value(tag: 17)))
            expect(heartbeat.replacing(21, word(value)), is: .fields(.value(tag: 21)))
            expect(try sample("ack").replacing(26, word(value)), is: .fields(.value(tag: 26)))
        }
        let last = heartbeat.replacing(16, word(1 << 61 - 1) + owner)
        #expect(throws: Never.self) { try Message.decode(last, digest: ToyDigest.self) }
    }

    @Test("a lease of more than two minutes is refused, one of two minutes is not")
    func spans() throws {
        let heartbeat = try sample("heartbeat")
        let limit: UInt64 = 120_000_000_000
        for tag: UInt8 in [22, 23] {
            let longer = heartbeat.replacing(tag, word(limit + 1))
            expect(longer, is: .fields(.value(tag: tag)))
            #expect(throws: Never.self) {
                try Message.decode(
                    heartbeat.replacing(tag, word(limit)),
                    digest: ToyDigest.self
                )
            }
        }
        expect(
            try sample("refuse").replacing(24, word(limit + 1)),
            is: .fields(.value(tag: 24))
        )
    }

    @Test("nothing is asked under ballot zero, and round zero is nobody's")
    func zeroBallot() throws {
        let nobody = word(0) + [UInt8](repeating: 0, count: 32)
        for name in ["prepare", "promise", "accept", "accepted", "heartbeat", "ack", "release"] {
            expect(try sample(name).replacing(16, nobody), is: .fields(.value(tag: 16)))
        }
        let roundless = word(0) + [UInt8](repeating: 0xB2, count: 32) + Array("db2".utf8)
        expect(try sample("refuse").replacing(27, roundless), is: .fields(.value(tag: 27)))
        let ownerless = word(1) + [UInt8](repeating: 0, count: 32)
        expect(try sample("refuse").replacing(27, ownerless), is: .fields(.value(tag: 27)))
    }

    @Test("a field that must be there is missed", arguments: MessageSample.all)
    func missing(sample: MessageSample) {
        let row = Row(sample.message.encoded)
        // What may be absent: cluster, list and its company, an acceptance, successor, target,
        // force, unfitness.
        let optional: Set<UInt8> = [1, 30, 31, 32, 34, 35, 36, 39, 47, 48, 53, 54, 55]
        for (tag, _) in row.fields where !optional.contains(tag) {
            let isAccepted = sample.name == "promise-accepted" && tag == 18
            if isAccepted { continue }
            expect(row.removing(tag), is: .fields(.missing(tag: tag)))
        }
    }

    @Test("a field that stands there twice is refused")
    func twice() throws {
        let ack = try sample("ack")
        expect(ack.adding(25, word(1)), is: .fields(.disorder(tag: 25)))
        expect(ack.adding(2, word(1)), is: .fields(.disorder(tag: 2)))
    }

    @Test("what was accepted is of the promised slot and of no higher ballot")
    func acceptance() throws {
        let promise = try sample("promise-accepted")
        expect(promise.replacing(17, word(3)), is: .fields(.value(tag: 18)))
        let higher = word(4) + [UInt8](repeating: 0xB2, count: 32) + Array("db2".utf8)
        expect(promise.replacing(20, higher), is: .fields(.value(tag: 20)))
    }

    @Test("a decree that may not be is refused with its reason")
    func decree() throws {
        let twins = Sample.next.bytes.map { $0 == 0xB2 ? 0xA1 : $0 }
        let error = try #require(throws: WireError.self) {
            try Message.decode(try sample("decided").replacing(18, twins), digest: ToyDigest.self)
        }
        #expect("\(error)" == "a message with a decree in which db2 and db1 have one key")
    }

    @Test("lists end at 200 members, tables are whole, flags are 0 or 1")
    func lists() throws {
        let heartbeat = try sample("heartbeat")
        expect(heartbeat.replacing(35, [0]), is: .fields(.length(tag: 35)))
        let table = [UInt8](repeating: 0, count: 8 * 201)
        expect(heartbeat.replacing(35, table), is: .fields(.length(tag: 35)))

        let owner = [UInt8](repeating: 0xA1, count: 32) + Array("db1".utf8)
        var prepare = try sample("prepare-genesis")
        prepare.fields += Array(repeating: (31, owner), count: 198)
        #expect(throws: Never.self) { try Message.decode(prepare.bytes, digest: ToyDigest.self) }
        prepare.fields.append((31, owner))
        expect(prepare.bytes, is: .fields(.length(tag: 31)))

        expect(try sample("canvass-reply").replacing(28, [2]), is: .fields(.value(tag: 28)))
        expect(try sample("refuse").replacing(29, [0]), is: .fields(.value(tag: 29)))
        expect(try sample("hello").replacing(3, [2, 1]), is: .fields(.value(tag: 3)))
    }

    @Test("a sentence is one line, whatever its sender wrote, and a founder's name is a name")
    func text() throws {
        let forged = Array("db4 was\nnot\r\u{1B}[2J an\u{2028}nounced".utf8)
        let refused = try sample("join-refused").replacing(42, forged)
        let line = "db4 was not  [2J an nounced"
        #expect(try body(refused) == .joinAnswer(.refused(line)))
        let answered = try sample("answer-refused").replacing(42, forged)
        let answer = AskAnswer(id: RequestID(0x7E57), outcome: .refused(line))
        #expect(try body(answered) == .answer(answer))
        let names = try sample("canvass-genesis").replacing(53, Array("db1\n<3>".utf8))
        expect(names, is: .fields(.value(tag: 53)))
    }

    @Test("a change that is only half understood is refused, not half done")
    func halfACommand() throws {
        for name in ["ask-set", "ask-set-settings"] {
            var ask = try sample(name)
            let at = try #require(ask.fields.firstIndex { $0.tag == 45 })
            ask.fields[at].value += [200, 0, 1, 1]
            expect(ask.bytes, is: .fields(.value(tag: 45)))
        }
    }

    @Test("the largest decree there may be still fits into every message that carries one")
    func largest() throws {
        let decree = Sample.largest
        #expect(decree.bytes.count == Decree.lengthLimit)
        let owner = node(String(repeating: "n", count: NodeID.nameLimit), 0xEE)
        let ballot = Ballot(round: 1 << 61 - 1, owner: owner)
        let promise = Promise(
            ballot: ballot,
            slot: decree.slot,
            accepted: Proposal(ballot: ballot, value: decree)
        )
        let message = Message(
            cluster: decree.cluster,
            slot: 1,
            body: .promise(PromiseReply(promise: promise, writeNumber: 1))
        )
        #expect(message.encoded.count <= Message.lengthLimit)
        let arrival = try Message.decode(message.encoded, digest: ToyDigest.self)
        #expect(arrival == .message(message))
    }
}

/// The sentences: what an operator reads beside a counter.
@Suite struct SentenceTests {
    private func sentence(_ bytes: [UInt8]) -> String? {
        do {
            _ = try Message.decode(bytes, digest: ToyDigest.self)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("another version is named, and what to do")
    func version() {
        #expect(
            sentence([2, 8, 0, 0])
                == "a message in version 2 of the protocol: this host speaks 1 to 1; "
                + "bring both hosts to one release"
        )
    }

    @Test("too many bytes, none, and too few are told apart")
    func lengths() {
        let endless = [UInt8](repeating: 1, count: Message.lengthLimit + 1)
        #expect(
            sentence(endless) == "a message of 65537 bytes: none has more than 65536"
        )
        #expect(sentence([]) == "a message of no bytes")
        #expect(sentence([1, 8, 0]) == "a message whose last field is cut off")
        #expect(sentence([1, 200, 0, 0, 1]) == "a message with bytes behind its end")
        #expect(sentence([1, 8, 0, 0]) == "a message whose field 2 is missing")
    }
}
