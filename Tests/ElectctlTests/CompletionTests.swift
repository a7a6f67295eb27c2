// SPDX-License-Identifier: Apache-2.0

import FakeElectd
import Foundation
import Testing

/// What shells are told, so that they can finish what a person types.
@Suite("electctl completion")
struct CompletionTests {
    /// The verbs, as the help lists them: two spaces, the verb, and what it does.
    private func verbs() throws -> [String] {
        let help = try electctl("--help")
        let list = help.components(separatedBy: "SUBCOMMANDS:").last ?? ""
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

    @Test("a shell that is none of the three is refused")
    func unknown() throws {
        #expect(try electctl("completion tcsh").hasSuffix("\nexit 2\n"))
    }
}
