// SPDX-License-Identifier: Apache-2.0

import FakeElectd
import Glibc
import Testing

@Suite("electbench, as who compares two disks runs it")
struct BenchTests {
    @Test("it runs twice in one directory, and leaves nothing there")
    func twice() throws {
        let place = try TemporaryDirectory()
        for _ in 1...2 {
            let bench = try Program(
                "electbench",
                [
                    "--programs", Program.directory, "--disk", place.path,
                    "--only", "cold start of an empty cluster", "--rounds", "1",
                ]
            )
            _ = try bench.everythingWritten()
            let status = try bench.waitForEnd()
            // 1 is a figure over its bound, as on a busy machine; 2 is a run that cannot go on.
            #expect(status == 0 || status == 1, "it ends with \(status)")
            #expect(unsafe rmdir(place.path) == 0, "something is left")
            #expect(unsafe mkdir(place.path, 0o700) == 0)
        }
    }
}
