// SPDX-License-Identifier: Apache-2.0

// The status as files, for people, `jq`, inotify and shells: `status.json` and `status.env`.
//
// Each is replaced by rename, so a reader has the old one or the new one and never a mixture. They
// live on a memory file system; nothing waits for them and nothing rests on them.

internal import Control
internal import Linux

/// The two files and what was last written to them.
struct StatusFile {
    private struct Written {
        var status: Status
        var json: MovingText
        var environment: MovingText

        init(_ status: Status) {
            self.status = status
            json = status.movingJSON
            environment = status.movingEnvironment
        }

        /// Says this instead, if it is the same at a later time. Returns whether it is.
        mutating func move(to other: Status) -> Bool {
            guard status.differsOnlyInMoments(from: other) else { return false }
            status = other
            return json.move(to: other.moments)
                && environment.move(to: [other.answer.validUntil])
        }
    }

    /// Nil if it may be that not both files have been written.
    private var written: Written?

    /// The names in the runtime directory.
    static let names = (json: "status.json", environment: "status.env")

    init() {}

    /// Writes both files, unless they say the same already.
    mutating func write(
        _ status: Status,
        in directory: borrowing Directory
    ) throws(SystemError) {
        if let written, written.status == status { return }
        var new = written.take() ?? Written(status)
        if new.status != status, !new.move(to: status) { new = Written(status) }
        let texts = [
            (Self.names.json, new.json), (Self.names.environment, new.environment),
        ]
        for (name, text) in texts {
            try directory.replace(name, with: text.bytes, mode: 0o644, durable: false)
        }
        written = new
    }
}
