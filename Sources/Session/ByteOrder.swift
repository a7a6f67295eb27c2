// SPDX-License-Identifier: Apache-2.0

// Numbers on the wire are little endian, as Noise counts its nonces. These three helpers are the
// only place where that is spelled out; every caller has checked the length before.

extension [UInt8] {
    /// Adds the bytes of `value`, lowest first.
    mutating func append(littleEndian value: some FixedWidthInteger) {
        var rest = value
        for _ in 0..<(type(of: value).bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Writes the bytes of `value`, lowest first, over those at `offset`.
    mutating func replace(littleEndian value: some FixedWidthInteger, at offset: Int) {
        var rest = value
        for position in offset..<(offset + type(of: value).bitWidth / 8) {
            self[position] = UInt8(truncatingIfNeeded: rest)
            rest >>= 8
        }
    }

    /// Reads the number whose lowest byte is at `offset`.
    func littleEndian<Number: FixedWidthInteger>(at offset: Int, as _: Number.Type) -> Number {
        var value: Number = 0
        for position in (offset..<(offset + Number.bitWidth / 8)).reversed() {
            value = value << 8 | Number(truncatingIfNeeded: self[position])
        }
        return value
    }
}
