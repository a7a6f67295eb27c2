// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Control
import ElectClient
import Glibc

/// `electctl watch`: a line for each event, as the journal has it.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Print what happens, one line for each event.",
        discussion: """
            The first line is the present state. If electd restarts there is a line that says "gap", \
            and then the present state again. With --json each line is an object.
            """
    )

    @OptionGroup var socket: SocketOption
    @Flag(help: "Print one JSON object a line, each with the whole status.") var json = false
    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("End after so many lines.", valueName: "lines")
    )
    var count: Int?

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count must be at least 1") }
    }

    func run() throws {
        do throws(ClientError) {
            var watch = try Watch(socket: socket.path)
            var lines = 0
            while lines < count ?? .max {
                guard let notice = try watch.next(timeout: .seconds(1)) else {
                    // A cluster at peace says nothing for days; who reads us may have gone.
                    if isOutputClosed() { raise(SIGPIPE) }
                    continue
                }
                if json { standardOutput(notice.json) } else { standardOutput(notice.line) }
                lines += 1
            }
        } catch {
            throw Failure(error)
        }
    }
}

extension Notice {
    /// For people: `12 snapshot: …`.
    var line: String {
        switch self {
        case .snapshot(let status): "\(status.sequence) snapshot: \(status.summary)"
        case .event(let reply): "\(reply.sequence) \(reply.kind): \(reply.text.printable)"
        case .gap(let reason): "- gap: \(reason)"
        }
    }

    /// For programs: the reply of Watch, or an object of the kind `gap`.
    var json: [UInt8] {
        switch self {
        case .snapshot(let status):
            return WatchReply(
                sequence: status.sequence,
                kind: WatchReply.snapshot,
                cause: status.cause,
                text: status.text,
                status: status
            ).json
        case .event(let reply): return reply.json
        case .gap(let reason):
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("kind", "gap")
                writer.field("text", reason)
            }
            return writer.bytes
        }
    }
}
