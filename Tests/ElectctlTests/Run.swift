// SPDX-License-Identifier: Apache-2.0

import FakeElectd
import FoundationEssentials
import Glibc
import Testing

/// What `electctl` printed, on both ways out, and its exit status in the last line.
///
/// - Parameters:
///   - arguments: as one types them in a shell.
///   - typing: what a person types at the terminal; nil if there is none.
func electctl(
    _ arguments: String,
    environment: String = "",
    typing: String? = nil
) throws -> String {
    // The program under test is built beside the tests.
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let directory = tests.prefix(through: tests.lastIndex(of: "/") ?? tests.startIndex)
    var call = "\(environment) '\(directory)electctl' \(arguments)"
    let temporary = try TemporaryDirectory()
    if let typing {
        // script(1) gives a terminal to what it runs, and its status back.
        let file = try temporary.replace("call", with: Array("\(call)\n".utf8))
        call = "echo '\(typing)' | script -qec 'sh \(file)' /dev/null"
    }
    let command = "{ \(call); } 2>&1; echo \"exit $?\""
    let stream = try unsafe #require(unsafe popen(command, "r"))
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(stream), byte != EOF { bytes.append(UInt8(byte)) }
    #expect(unsafe pclose(stream) == 0)
    // A terminal ends its lines with both.
    return String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
}

/// In front of a command: what its mode forbids is forbidden, also to root, which may open everything by
/// a capability.
let withoutCapabilities =
    geteuid() == 0 ? "setpriv --bounding-set=-dac_override,-dac_read_search" : ""

/// Changes who may do what with a file.
func setMode(_ mode: mode_t, of path: String) {
    let result = unsafe chmod(path, mode)
    #expect(result == 0)
}
