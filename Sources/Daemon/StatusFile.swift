// SPDX-License-Identifier: Apache-2.0

// The status as files, for people, `jq`, inotify and shells: `status.json` and `status.env`.
//
// Each is replaced by rename, so a reader has the old one or the new one and never a mixture. They
// live on a memory file system; nothing waits for them and nothing rests on them.

internal import Control
internal import Linux

/// The two files and what was last written to them.
struct StatusFile {
    private var lastWritten: [UInt8] = []

    /// The names in the runtime directory.
    static let names = (json: "status.json", environment: "status.env")

    init() {}

    /// Writes both files, unless they say the same already.
    mutating func write(
        _ status: Status,
        in directory: borrowing Directory
    ) throws(SystemError) {
        var json = status.json
        json.append(UInt8(ascii: "\n"))
        guard json != lastWritten else { return }
        try directory.replace(Self.names.json, with: json, mode: 0o644, durable: false)
        try directory.replace(
            Self.names.environment,
            with: status.environment,
            mode: 0o644,
            durable: false
        )
        lastWritten = json
    }
}
