// SPDX-License-Identifier: Apache-2.0

import FakeElectd
import Testing

@testable import electctl

/// What shells are told, so that they can finish what a person types.
@Suite("electctl completion")
struct CompletionTests {
    private static let verbs = Electctl.configuration.subcommands.compactMap {
        $0.configuration.commandName
    }

    @Test("each shell is told of every verb", arguments: ["bash", "zsh", "fish"])
    func verbs(shell: String) throws {
        let text = try electctl("completion \(shell)")
        #expect(text.hasSuffix("\nexit 0\n"))
        #expect(Self.verbs.count > 20)
        for verb in Self.verbs {
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
