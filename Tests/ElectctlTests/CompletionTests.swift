// SPDX-License-Identifier: Apache-2.0

import Control
import FakeElectd
import Foundation
import Testing

/// What shells are told, so that they can finish what a person types.
@Suite("electctl completion")
struct CompletionTests {
    /// The verbs, as the help lists them: two spaces, the verb, and what it does.
    private func verbs() throws -> [String] {
        let help = try electctl("--help")
        // Of each group of them.
        let list = help.components(separatedBy: "SUBCOMMANDS:").dropFirst().joined()
        return list.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .map { String($0.split(separator: " ")[0]) }.filter { $0 != "See" }
    }

    @Test("each shell is told of every verb", arguments: ["bash", "zsh", "fish"])
    func verbs(shell: String) throws {
        let text = try electctl("completion \(shell)")
        #expect(text.hasSuffix("\nexit 0\n"))
        let verbs = try verbs()
        #expect(verbs.count > 20)
        for verb in verbs {
            #expect(text.contains(verb), "\(shell) does not know '\(verb)'")
        }
    }

    @Test("bash takes what is for bash, and finishes a verb with it")
    func bash() throws {
        let directory = try TemporaryDirectory()
        let file = "\(directory.path)/electctl.bash"
        let script = """
            completion bash >'\(file)' && bash -c '
            source "\(file)"
            COMP_WORDS=(electctl doc) COMP_CWORD=1 COMP_LINE="electctl doc" COMP_POINT=12
            command=$(complete -p electctl) && [[ "$command" =~ -F\\ ([^\\ ]+) ]]
            "${BASH_REMATCH[1]}" electctl doc electctl && printf "%s\\n" "${COMPREPLY[@]}"'
            """
        #expect(try electctl(script) == "doctor\nexit 0\n")
    }

    @Test("members are offered where one is wanted, as electd knows them; nothing without electd")
    func members() throws {
        let directory = try TemporaryDirectory()
        let reply = StatusReply(status: Samples.status()).reply()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [.send(reply)] }
        // What the scripts ask: a verb, the option, and the words of the line with the cursor's place.
        let line = "---completion transfer -- --to 2 2 transfer --to ''"
        let environment = "ELECTD_SOCKET='\(daemon.socket)'"
        #expect(try electctl(line, environment: environment) == "db1\ndb2\ndb3\nexit 0\n")
        let nobody = "ELECTD_SOCKET='\(directory.path)/nobody.sock'"
        #expect(try electctl(line, environment: nobody).hasSuffix("exit 0\n"))
        let set = "---completion set -- positional@0 1 1 set ''"
        let offered = try electctl(set, environment: environment)
        #expect(offered.hasPrefix("db1\ndb2\ndb3\nrole=\n"), "\(offered)")
    }

    @Test("a shell that is none of the three is refused")
    func unknown() throws {
        #expect(try electctl("completion tcsh").hasSuffix("\nexit 2\n"))
    }
}
