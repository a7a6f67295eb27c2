// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// Whatever a peer says, a host goes on: it traps at nothing, writes what it can read again, and says
/// what others can read.
@Suite struct OddPeersTests {
    @Test("a host among odd peers goes on", arguments: OddRole.allCases)
    func goesOn(_ role: OddRole) {
        let first = UInt64.random(in: 0...UInt64.max)
        for seed in (0..<4).map({ first &+ $0 }) {
            // A trap takes along what is not written yet.
            say("wire: odd peers of a \(role), seed \(seed)\n")
            var peers = OddPeers(role, seed: seed)
            peers.play(300)
        }
    }

    private func say(_ line: String) {
        let bytes = Array(line.utf8)
        _ = unsafe write(2, bytes, bytes.count)
    }
}
