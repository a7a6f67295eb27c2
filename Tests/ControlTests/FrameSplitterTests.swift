// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Control

@Suite("Cutting a stream into messages")
struct FrameSplitterTests {
    private func messages(_ chunks: [String], limit: Int = 100) throws(ControlError) -> [String] {
        var splitter = FrameSplitter(limit: limit)
        var messages: [String] = []
        for chunk in chunks {
            splitter.append(Array(chunk.utf8)[...])
            while let message = try splitter.next() {
                messages.append(String(decoding: message, as: UTF8.self))
            }
        }
        return messages
    }

    @Test("messages come out whole, however they went in", arguments: 1...13)
    func chunks(size: Int) throws {
        let stream = Array("one\0two\0\0three\0rest".utf8)
        let chunks = stride(from: 0, to: stream.count, by: size).map { start in
            String(decoding: stream[start..<min(start + size, stream.count)], as: UTF8.self)
        }
        #expect(try messages(chunks) == ["one", "two", "", "three"])
    }

    @Test("a message of the limit passes, one byte more does not, with or without its NUL")
    func limit() throws {
        #expect(try messages(["1234567\0", "12345678\0"], limit: 8) == ["1234567", "12345678"])
        let error = ControlError.malformed(
            "a message has more than 8 bytes before its NUL; send smaller ones"
        )
        #expect(throws: error) { try messages(["123456789\0"], limit: 8) }
        #expect(throws: error) { try messages(["12345", "6789"], limit: 8) }
        #expect(throws: error) { try messages(["1\0", "123456789"], limit: 8) }
    }

    @Test("a long stream of messages leaves nothing behind")
    func longStream() throws {
        var splitter = FrameSplitter(limit: 16)
        var count = 0
        for _ in 0..<1000 {
            splitter.append(Array("hello\0hel".utf8)[...])
            splitter.append(Array("lo\0".utf8)[...])
            while let message = try splitter.next() {
                #expect(message == Array("hello".utf8))
                count += 1
            }
        }
        #expect(count == 2000 && splitter.isEmpty)
    }
}
