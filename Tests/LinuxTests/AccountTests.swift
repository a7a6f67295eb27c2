// SPDX-License-Identifier: Apache-2.0

// Small things asked of the kernel, compared with its own answers by another way.

import Glibc
import Linux
import SystemPackage
import Testing

@Suite("The process and its host")
struct AccountTests {
    @Test("the user and the host's name are the kernel's")
    func account() throws {
        #expect(effectiveUser() == geteuid())
        let name = try File.contents("/proc/sys/kernel/hostname", limit: 256)
        #expect(try hostName() + "\n" == String(decoding: name, as: UTF8.self))
    }

    @Test("a group has its number, and one that does not exist has none")
    func groups() throws {
        #expect(try groupID(named: "root") == 0)
        #expect(try groupID(named: "no-such-group") == nil)
    }

    @Test("a system error prints what was done, to what, and why")
    func errors() {
        #expect(
            "\(SystemError("open", "/var/x", .noSpace))" == "open /var/x: No space left on device"
        )
        #expect("\(SystemError("getrandom", "", .ioError))" == "getrandom: Input/output error")
    }
}
