// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
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
