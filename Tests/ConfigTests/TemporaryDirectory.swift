// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// A directory of one test, gone with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        path = "\(FileManager.default.temporaryDirectory.path)/electd-\(UUID().uuidString)"
        make("")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func make(_ name: String) {
        #expect(throws: Never.self) {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(name)",
                withIntermediateDirectories: true
            )
        }
    }

    @discardableResult
    func write(_ name: String, _ text: String, mode: UInt32 = 0o644) -> String {
        let file = "\(path)/\(name)"
        let isMade = FileManager.default.createFile(
            atPath: file,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: mode]
        )
        #expect(isMade, "\(file) cannot be made")
        return file
    }
}
