// SPDX-License-Identifier: Apache-2.0

import FakeElectd
import FoundationEssentials
import Glibc
import Testing

/// What `electctl` printed, on both ways out, and its exit status in the last line.
///
/// - Parameter arguments: as one types them in a shell.
func electctl(_ arguments: String, environment: String = "") throws -> String {
    // The program under test is built beside the tests.
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let directory = tests.prefix(through: tests.lastIndex(of: "/") ?? tests.startIndex)
    let command = "{ \(environment) '\(directory)electctl' \(arguments); } 2>&1; echo \"exit $?\""
    let stream = try unsafe #require(unsafe popen(command, "r"))
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(stream), byte != EOF { bytes.append(UInt8(byte)) }
    #expect(unsafe pclose(stream) == 0)
    return String(decoding: bytes, as: UTF8.self)
}
