// SPDX-License-Identifier: Apache-2.0

// What electd costs on this machine: starts real daemons on loopback, measures, and holds each
// figure against its bound. `Tests/Bench/bench.sh` gives it a directory and cleans up after it.

import Glibc

@main
struct Electbench {
    static func main() {
        do {
            let words = Array(CommandLine.arguments.dropFirst())
            // One of the bare processes that this program starts of itself.
            if let member = BareMember(words) { try member.run() }
            if words.count == 3, words[0] == "--echo", let bytes = Int(words[2]) {
                return try echo(at: words[1], replyBytes: bytes)
            }
            if words == ["--spin"] { try spin() }
            exit(try measure(try Options(words)) ? EXIT_SUCCESS : EXIT_FAILURE)
        } catch {
            say("bench: \(error)")
            exit(2)
        }
    }

    /// Whether all is within its bounds.
    private static func measure(_ options: Options) throws -> Bool {
        var options = options
        options.site = try options.site.ofOneRun()
        defer { options.site.remove() }
        var bench = try Bench(options)
        return try bench.run()
    }
}

/// One line, at once: whoever watches sees how far it is.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
