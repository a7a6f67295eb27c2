// SPDX-License-Identifier: Apache-2.0

import Election

/// A digest for tests: FNV-1a in two lanes. Nobody here forges decrees.
struct QuickDigest: DigestFunction {
    static func digest(_ bytes: [UInt8]) -> Digest {
        var lanes: [UInt64] = [0xCBF2_9CE4_8422_2325, 0x6C62_272E_07BB_0142]
        for byte in bytes {
            lanes[0] = (lanes[0] ^ UInt64(byte)) &* 0x100_0000_01B3
            lanes[1] = (lanes[1] &+ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
        }
        let bytes = lanes.flatMap { lane in
            (0..<8).map { UInt8(truncatingIfNeeded: lane >> UInt64(56 - $0 * 8)) }
        }
        return Digest(bytes) ?? .none
    }
}
