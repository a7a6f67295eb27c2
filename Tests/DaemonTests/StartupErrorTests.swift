// SPDX-License-Identifier: Apache-2.0

import Linux
import SystemPackage
import Testing

@testable import Daemon

@Suite("why the daemon does not start")
struct StartupErrorTests {
    @Test(
        "what the system has refused is said with what to do about it, where that is known",
        arguments: [
            (
                SystemError("bind", "10.0.0.1:7377", .addressInUse), "",
                "bind 10.0.0.1:7377: Address already in use; another program has that port, see "
                    + "'ss -lunp'"
            ),
            (
                SystemError("bind", "10.0.0.9:7377", .addressNotAvailable), "",
                "bind 10.0.0.9:7377: Cannot assign requested address; this host has no such "
                    + "address, see Listen="
            ),
            (
                SystemError("open", "/srv/electd", .permissionDenied),
                "the state directory cannot be opened",
                "open /srv/electd: Permission denied: the state directory cannot be opened; it must "
                    + "belong to the user that electd runs as"
            ),
            (
                SystemError("sync", "/srv/electd/record", .ioError), "nothing was started",
                "sync /srv/electd/record: Input/output error: nothing was started"
            ),
        ]
    )
    func steps(error: SystemError, what: String, sentence: String) {
        #expect(StartupError.refused(error, what) == .failed(sentence))
    }
}
