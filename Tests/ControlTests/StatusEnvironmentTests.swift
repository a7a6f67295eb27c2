// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Control

@Suite("status.env")
struct StatusEnvironmentTests {
    @Test("every key is there, and quoted where it must be")
    func golden() {
        #expect(
            String(decoding: Samples.status.environment, as: UTF8.self) == #"""
                ELECTD_SCHEMA=1
                ELECTD_VERSION=0.1.0
                ELECTD_CLUSTER=prod-db
                ELECTD_CLUSTER_ID=00112233445566778899aabbccddeeff
                ELECTD_SELF=db1
                ELECTD_ROLE=follower
                ELECTD_LEADER=db2
                ELECTD_LEADER_ADDRESS=10.0.0.2:7377
                ELECTD_LEADER_LABEL_URL="postgres://10.0.0.2:5432/db?a=\$b"
                ELECTD_LEADER_LABEL_ZONE="north \"west\""
                ELECTD_EPOCH=418
                ELECTD_DECREE=421
                ELECTD_SEQ=12
                ELECTD_SINCE=2026-11-21T01:20:01Z
                ELECTD_SINCE_BOOTTIME_NS=7770000000000000
                ELECTD_BOOT_ID=6f1c1d6e-0b1f-4f0e-9d0e-2f6f3c1d7a55
                ELECTD_VALID_UNTIL_BOOTTIME_NS=7776000500000000
                ELECTD_QUORUM_NEEDED=2
                ELECTD_QUORUM_REACHABLE=2
                ELECTD_QUORUM_VOTERS=3
                ELECTD_MEMBERS="db1 db2 db3"
                ELECTD_PAUSED_UNTIL_BOOTTIME_NS=7776060000000000
                ELECTD_CAUSE=expired
                ELECTD_TEXT="db2 leads?since \`db3\` was lost: \\ ? ü"

                """#
        )
    }

    @Test("a host that is unsure names no leader, and says so with an empty value")
    func unsure() {
        var status = Samples.status
        status.answer = Samples.unsure
        let text = String(decoding: status.environment, as: UTF8.self)
        #expect(text.contains("\nELECTD_ROLE=unsure\nELECTD_LEADER=\nELECTD_LEADER_ADDRESS=\n"))
        #expect(!text.contains("LABEL"))
    }

    /// The example of electd-status(5) itself, which people copy: after SIGKILL, a reboot or a full /run
    /// the file is old, and says "leader" all the same.
    @Test(
        "the shell of the manual page believes a leader, and no file that is old or of another boot"
    )
    func exampleOfThePage() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../man/electd-status.5")
        let text = try String(contentsOf: page, encoding: .utf8)
        let example = try #require(
            text.components(separatedBy: ".\\\" begin example sh\n").last?
                .components(separatedBy: ".\\\" end example sh").first
        )
        let file = FileManager.default.temporaryDirectory.path + "/electd-\(UUID().uuidString).env"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let script = example.split(separator: "\n").filter { !$0.hasPrefix(".") }
            .joined(separator: "\n").replacing("\\&", with: "").replacing("\\-", with: "-")
            .replacing("/run/electd/status.env", with: file)
        #expect(script.contains(". \(file)"), "\(script)")
        let boot = try shell("cat /proc/sys/kernel/random/boot_id").filter { $0 != "\n" }
        let now = try #require(
            UInt64(try shell("awk '{ printf \"%.0f\", $1 * 1e9 }' /proc/uptime"))
        )

        func verdict(_ role: Role, boot: String, until: UInt64) throws -> String {
            var status = Samples.status
            status.answer = LeaderReply(
                role: role,
                leader: role == .unsure ? nil : "db1",
                epoch: 418,
                decree: 421,
                bootID: boot,
                validUntil: until
            )
            try Data(status.environment).write(to: URL(filePath: file))
            return try shell("(\(script)\n); echo $?")
        }
        let hour: UInt64 = 3_600_000_000_000
        #expect(try verdict(.leader, boot: boot, until: now + hour) == "0\n")
        #expect(try verdict(.leader, boot: boot, until: now) == "1\n", "nobody renewed it")
        #expect(try verdict(.leader, boot: Samples.bootID, until: now + hour) == "1\n")
        #expect(try verdict(.follower, boot: boot, until: now + hour) == "1\n")
        #expect(try verdict(.unsure, boot: boot, until: 0) == "1\n")
    }

    @Test("a shell reads every printable sign as it is")
    func readByAShell() throws {
        let signs = String(decoding: Array(UInt8(0x20)..<0x7F), as: UTF8.self)
        var status = Samples.status
        status.text = signs + " ü $(exit 3) `exit 4` \\\\$HOME!"
        let file = FileManager.default.temporaryDirectory.path + "/electd-\(UUID().uuidString).env"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data(status.environment).write(to: URL(filePath: file))
        let printed = try shell(". '\(file)' && printf %s \"$ELECTD_TEXT\"")
        #expect(printed == status.text)
    }
}
