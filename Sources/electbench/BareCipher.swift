// SPDX-License-Identifier: Apache-2.0

// What no daemon can do without that authenticates what it hears: each datagram sealed and opened,
// with the cipher, the library and the layout of electd's, and with none of its sessions.

import Crypto
import Linux

/// A key that all of the bare processes have, and a counter.
struct BareCipher {
    private let key = SymmetricKey(data: [UInt8](repeating: 0x2A, count: 32))
    private let plaintext: [UInt8]
    private var counter: UInt64 = 0

    /// Version, kind, number of the session and counter.
    private static let headerBytes = 14
    private static let tagBytes = 16

    /// Seals datagrams of this length.
    init(datagramBytes: Int) {
        let around = Self.headerBytes + Self.tagBytes
        plaintext = [UInt8](repeating: 1, count: max(1, datagramBytes - around))
    }

    /// The next datagram.
    mutating func seal() throws -> [UInt8] {
        counter += 1
        var datagram: [UInt8] = [1, 4, 0, 0, 0, 0]
        for byte in 0..<8 { datagram.append(UInt8(truncatingIfNeeded: counter >> (8 * byte))) }
        let box = try ChaChaPoly.seal(
            plaintext,
            using: key,
            nonce: ChaChaPoly.Nonce(data: nonce(of: datagram[...])),
            authenticating: datagram
        )
        datagram += box.combined.dropFirst(12)
        return datagram
    }

    /// Opens one; another one than those above is an error.
    func open(_ datagram: ArraySlice<UInt8>) throws {
        let header = datagram.prefix(Self.headerBytes)
        let box = try ChaChaPoly.SealedBox(
            combined: nonce(of: header) + datagram.dropFirst(Self.headerBytes)
        )
        let opened = try ChaChaPoly.open(box, using: key, authenticating: header)
        guard opened.elementsEqual(plaintext) else {
            throw BenchFailure("a bare process opened what none has sealed")
        }
    }

    private func nonce(of header: ArraySlice<UInt8>) -> [UInt8] {
        [0, 0, 0, 0] + header.dropFirst(6).prefix(8)
    }
}
