// SPDX-License-Identifier: Apache-2.0

public import Election
public import Storage

/// The digest of simulated clusters: fast, well mixed, and no secret.
///
/// Nobody in the world forges decrees, so all that is asked of it is that two different decrees
/// never meet by chance. SHA-256 would take more of a run than the protocol does.
public struct MixDigest: DigestFunction, Checksum {
    /// It has nothing to keep.
    public init() {}

    /// Sixteen bytes.
    public static func digest(_ bytes: [UInt8]) -> Digest {
        let (a, b) = lanes(bytes)
        return Digest(high: a, low: b)
    }

    /// Thirty-two bytes, which know no more than the sixteen do.
    public static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        let (a, b) = lanes(bytes)
        return text([a, b, stir(a ^ b), stir(a &+ b)])
    }

    /// Two lanes over words of eight bytes, each stirred as SplitMix64 does.
    private static func lanes(_ bytes: [UInt8]) -> (UInt64, UInt64) {
        var mixer = Mixer()
        let whole = bytes.count & ~7
        unsafe bytes.withUnsafeBytes { area in
            for at in stride(from: 0, to: whole, by: 8) {
                mixer.take(
                    unsafe UInt64(
                        bigEndian: area.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    )
                )
            }
        }
        var rest: UInt64 = 0
        for at in whole..<bytes.count { rest = rest << 8 | UInt64(bytes[at]) }
        mixer.take(rest)
        mixer.take(UInt64(bytes.count))
        return (mixer.a, mixer.b)
    }

    private struct Mixer {
        var a: UInt64 = 0x243F_6A88_85A3_08D3
        var b: UInt64 = 0x1319_8A2E_0370_7344

        mutating func take(_ word: UInt64) {
            a = stir(a ^ word)
            b = stir(b &+ word &* 0x9E37_79B9_7F4A_7C15) ^ a
        }
    }

    private static func text(_ lanes: [UInt64]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(8 * lanes.count)
        for lane in lanes {
            for shift in stride(from: 56, through: 0, by: -8) {
                out.append(UInt8(truncatingIfNeeded: lane >> UInt64(shift)))
            }
        }
        return out
    }

    static func stir(_ word: UInt64) -> UInt64 {
        var z = word &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
