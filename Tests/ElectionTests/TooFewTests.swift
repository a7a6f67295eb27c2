// SPDX-License-Identifier: Apache-2.0

import Election
import Testing

// Too few voters are left to decide anything, for as long as it takes somebody to come and look.

@Suite("too few are left")
struct TooFewTests {
    /// Who of the voters is reachable from this host.
    private func reachable(from label: String, on stage: Stage) throws -> Int {
        let actor = try #require(stage.actor(label))
        return try #require(actor.replica).view(at: actor.clock(stage.now)).reachable
    }

    @Test("those that are left know of each other, however long it lasts, at any lease")
    func know() throws {
        for setting in ["lease=500ms", "lease=20ms heartbeat=4ms"] {
            let stage = Stage()
            try stage.play("founded n1 n2 n3 n4 n5")
            try stage.play("ask n1 set \(setting)")
            try stage.play("advance 1s")
            try stage.play("crash n3 n4 n5")
            for _ in 0..<60 {
                try stage.play("advance 1037ms")
                for label in ["n1", "n2"] {
                    #expect(try reachable(from: label, on: stage) == 2, "\(label), \(setting)")
                }
            }
            try stage.play("crash n2")
            try stage.play("advance 2s")
            #expect(try reachable(from: "n1", on: stage) == 1, "nobody is reachable who is down")
        }
    }
}
