// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// What a shell prints, if it ends with 0.
func shell(_ script: String) throws -> String {
    let stream = try unsafe #require(unsafe popen(script, "r"))
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(stream), byte != EOF { bytes.append(UInt8(byte)) }
    #expect(unsafe pclose(stream) == 0)
    return String(decoding: bytes, as: UTF8.self)
}
