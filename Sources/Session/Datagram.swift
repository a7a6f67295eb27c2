// SPDX-License-Identifier: Apache-2.0

/// What a datagram looks like.
///
/// ```
///   message 1   version kind  sender(4)              Noise: e, 118 zeros  proof(16)  188 bytes
///   message 2   version kind  receiver(4) sender(4)  Noise: e, s, intro   proof(16)  188 bytes
///   message 3   version kind  receiver(4)            Noise: s, intro      proof(16)  152 bytes
///   whole       version kind  receiver(4) counter(8) ciphertext, tag(16)
///   fragment    the same; inside: number(8) length(4) place(2) chunk
/// ```
///
/// *receiver* and *sender* are the random numbers by which the two sides know the session. The
/// initiator puts message 3 right before a datagram of the new session, in the same UDP datagram,
/// until it has had an answer; 152 bytes are kept free for it in every datagram, so it always fits.
///
/// Message 1 is padded to the length of message 2: no answer is larger than its question, and
/// nobody can use us to flood somebody else.
enum DatagramKind: UInt8, Sendable {
    case message1 = 1
    case message2 = 2
    case message3 = 3
    /// A message that fits.
    case whole = 4
    /// A part of one that does not.
    case fragment = 5
}

/// The sizes that follow from the layout, in bytes.
enum DatagramSize {
    /// What gets through everywhere: IPv6 promises 1,280, and 40 + 8 of it are headers.
    static let max = 1_200
    /// Version and kind.
    static let prefix = 2
    static let index = 4

    private static let key = 32
    private static let tag = CipherKey.tagBytes
    private static let proof = ClusterKey.proofBytes

    static let message2 =
        prefix + 2 * index + key + (key + tag) + (Introduction.bytesCount + tag) + proof
    static let message1 = message2
    static let message1Padding = message1 - (prefix + index + key + tag + proof)
    static let message3 = prefix + index + (key + tag) + (Introduction.bytesCount + tag) + proof

    static let transportHeader = prefix + index + 8
    /// The most that a datagram carries, message 3 before it or not.
    static let plaintextMax = max - message3 - transportHeader - tag
    static let transportMin = transportHeader + tag + 1
}

/// The version of all of the above. A datagram of another is not read any further.
let datagramVersion: UInt8 = 1

/// What a handshake also agrees on, so that it is never taken for one of another program.
let handshakePrologue = [UInt8]("electd session 1".utf8)
