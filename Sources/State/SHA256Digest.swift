// SPDX-License-Identifier: Apache-2.0

// The one place where the core's digests meet a library: decrees are named by the first half of a
// SHA-256, and files of the state directory carry all of it.

internal import Crypto
public import Election
internal import Paxos
public import Storage

/// SHA-256 (FIPS 180-4).
public struct SHA256Digest: DigestFunction, Checksum {
    /// It has nothing to keep.
    public init() {}

    /// The first half of the SHA-256, which names a decree.
    public static func digest(_ bytes: [UInt8]) -> Election.Digest {
        guard let digest = Election.Digest(checksum(bytes)) else {
            broken("SHA-256 gave fewer than \(Election.Digest.length) bytes")
        }
        return digest
    }

    /// The whole SHA-256, 32 bytes.
    public static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: bytes))
    }
}
