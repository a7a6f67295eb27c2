// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `electctl completion`: what a shell needs to complete the rest of a command line.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the completions of a shell.",
        discussion: """
            The package installs them. By hand, for bash: electctl completion bash \
            >~/.local/share/bash-completion/completions/electctl
            """
    )

    /// The shells that completions can be made for.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        standardOutput(Electctl.completionScript(for: kind))
    }
}
