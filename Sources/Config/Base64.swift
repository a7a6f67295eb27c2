// SPDX-License-Identifier: Apache-2.0

/// Bytes as letters, by RFC 4648 section 4: three bytes are four letters, `=` fills the last group.

private let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
)

/// The letters of the bytes, on one line.
func base64(_ bytes: [UInt8]) -> String {
    var letters: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
        for index in 0..<4 {
            let isFilled = index <= group.count
            letters.append(
                isFilled ? alphabet[Int(bits >> UInt32(18 - 6 * index)) & 63] : UInt8(ascii: "=")
            )
        }
    }
    return String(decoding: letters, as: UTF8.self)
}

/// The bytes of the letters, or nil if they are not exactly what `base64` would write.
func bytes(base64 letters: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    var filling = 0
    for letter in letters {
        count += 1
        if letter == UInt8(ascii: "=") {
            filling += 1
            bits <<= 6
        } else {
            guard filling == 0, let value = alphabet.firstIndex(of: letter) else { return nil }
            bits = bits << 6 | UInt32(value)
        }
        if count % 4 == 0 {
            bytes += [
                UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8),
                UInt8(truncatingIfNeeded: bits),
            ]
            bits = 0
        }
    }
    guard count % 4 == 0, filling <= 2, filling < max(count, 1) else { return nil }
    let isExact = bytes.suffix(filling).allSatisfy { $0 == 0 }
    return isExact ? bytes.dropLast(filling) : nil
}
