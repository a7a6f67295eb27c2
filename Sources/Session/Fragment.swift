// SPDX-License-Identifier: Apache-2.0

/// A part of a message that is too long for one datagram.
///
/// ```
///   0  8  number of the message, the sender's
///   8  4  length of the message
///  12  2  place: this is the chunk at place × 1,004
///  14     chunk: 1,004 bytes, the last one what is left
/// ```
///
/// Number, length and place fix all the rest: a fragment that arrives twice is the same one, and
/// sending a message again under its number fills the gaps of the first time.
struct Fragment: Equatable {
    static let headerBytes = 14
    static let chunkBytes = DatagramSize.plaintextMax - headerBytes

    let number: UInt64
    let messageBytes: Int
    let place: Int
    let chunk: ArraySlice<UInt8>

    /// How many fragments a message of this length has.
    static func count(messageBytes: Int) -> Int {
        (messageBytes + chunkBytes - 1) / chunkBytes
    }

    /// The fragment in `plaintext`; nil if it cannot be one of a message that is sent in fragments.
    init?(plaintext: [UInt8]) {
        guard plaintext.count > Self.headerBytes else { return nil }
        let length = plaintext.littleEndian(at: 8, as: UInt32.self)
        guard length > DatagramSize.plaintextMax, length <= UInt32(Sessions.messageBytesMax) else {
            return nil
        }
        number = plaintext.littleEndian(at: 0, as: UInt64.self)
        messageBytes = Int(length)
        place = Int(plaintext.littleEndian(at: 12, as: UInt16.self))
        chunk = plaintext[Self.headerBytes...]
        guard chunk.count == min(Self.chunkBytes, messageBytes - place * Self.chunkBytes) else {
            return nil
        }
    }

    /// The plaintexts of all fragments of `message`.
    static func split(_ message: [UInt8], number: UInt64) -> [[UInt8]] {
        (0..<count(messageBytes: message.count)).map { place in
            let start = place * chunkBytes
            let chunk = message[start..<min(start + chunkBytes, message.count)]
            var plaintext: [UInt8] = []
            plaintext.reserveCapacity(headerBytes + chunk.count)
            plaintext.append(littleEndian: number)
            plaintext.append(littleEndian: UInt32(message.count))
            plaintext.append(littleEndian: UInt16(place))
            plaintext.append(contentsOf: chunk)
            return plaintext
        }
    }
}
