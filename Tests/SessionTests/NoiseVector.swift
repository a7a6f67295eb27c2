// SPDX-License-Identifier: Apache-2.0

// The published handshakes, read from a file of figures.

import Foundation
import Testing

@testable import Session

/// One published handshake: all keys given, every byte that is sent foretold.
struct NoiseVector: Sendable, CustomTestStringConvertible {
    var protocolName = ""
    var bytes: [String: [UInt8]] = [:]
    var messages: [(payload: [UInt8], sent: [UInt8])] = []

    var testDescription: String { "\(protocolName), prologue of \(self["prologue"].count) bytes" }

    subscript(word: String) -> [UInt8] { bytes[word] ?? [] }

    /// All vectors of `testdata/noise-vectors.txt`.
    static func all() throws -> [NoiseVector] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "testdata/noise-vectors.txt")
        var vectors: [NoiseVector] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard let word = words.first, word != "#" else { continue }
            switch word {
            case "protocol":
                vectors.append(NoiseVector(protocolName: words[1]))
            case "message":
                let message = (payload: try hex(words[1]), sent: try hex(words[2]))
                vectors[vectors.count - 1].messages.append(message)
            default:
                vectors[vectors.count - 1].bytes[word] = try hex(words[1])
            }
        }
        return vectors
    }

    struct NotHexadecimal: Error { let text: String }

    static func hex(_ text: String) throws -> [UInt8] {
        let digits = Array(text)
        guard digits.count.isMultiple(of: 2) else { throw NotHexadecimal(text: text) }
        return try stride(from: 0, to: digits.count, by: 2).map { start in
            guard let byte = UInt8(String(digits[start...(start + 1)]), radix: 16) else {
                throw NotHexadecimal(text: text)
            }
            return byte
        }
    }
}
