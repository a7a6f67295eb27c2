// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control
import Linux
import SystemPackage

/// `electctl key`: the secret that all hosts of a cluster share.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make the key that all hosts of a cluster share.",
        subcommands: [Generate.self]
    )

    struct Generate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "generate",
            abstract: "Make a new key in a file that only its owner can read.",
            discussion: "An existing file is never touched. Copy the new one to the other hosts."
        )

        @Argument(help: "The file, or - for standard output.", completion: .file())
        var file = "/etc/electd/cluster.key"
        @Flag(help: "Print what was made as JSON.") var json = false

        func run() throws {
            do throws(SystemError) {
                let key = ClusterKey(bytes: try randomBytes(ClusterKey.length))
                if file != "-" { try key.write(to: FilePath(file)) }
                tell(key)
            } catch {
                let exists = error.errno == .fileExists
                throw Failure(
                    exists
                        ? "\(file) exists: a key is never overwritten; move it away first"
                        : "\(error)",
                    isRefusal: exists,
                    errno: error.errno.rawValue
                )
            }
        }

        private func tell(_ key: ClusterKey) {
            if json {
                var writer = JSONWriter()
                writer.object {
                    if file == "-" {
                        $0.field("key", key.base64Text)
                    } else {
                        $0.field("key_file", file)
                    }
                }
                standardOutput(writer.bytes)
            } else if file == "-" {
                standardOutput(key.base64Text)
            } else {
                standardOutput(
                    "\(file) is made; copy it to the other hosts, and let nobody else read it"
                )
            }
        }
    }
}

extension ClusterKey {
    /// Writes it into a new file, durable, for its owner alone.
    func write(to path: FilePath) throws(SystemError) {
        let parent = path.removingLastComponent()
        let directory = try Directory.open(parent.isEmpty ? "." : parent.string)
        let name = path.lastComponent?.string ?? ""
        let file = try directory.create(name, mode: 0o600)
        do throws(SystemError) {
            try file.write(Array((base64Text + "\n").utf8), at: 0)
            try file.sync()
        } catch {
            // Half a key would stand in the way of a whole one: what is there is never touched.
            try? directory.removeIfPresent(name)
            throw error
        }
        try directory.sync()
    }
}
