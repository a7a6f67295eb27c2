// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A directory of one test, gone with it.
public final class TemporaryDirectory: Sendable {
    /// Where it is, without a slash at the end.
    public let path: String

    /// Makes an empty directory.
    public init() throws {
        path =
            "\(FileManager.default.temporaryDirectory.path)/electd-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file anew under a name, in place of an old one if there is one.
    @discardableResult
    public func replace(_ name: String, with bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: file), options: .atomic)
        return file
    }
}
