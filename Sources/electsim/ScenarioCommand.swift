// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Scenarios

struct ScenarioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenario",
        abstract: "Play a story of the literature, draw it, and check what it shows.",
        discussion: "Without a name it lists the stories."
    )

    @Argument(help: "The story.")
    var name: String?

    @Option(help: ArgumentHelp("Draw it into this file as well.", valueName: "file"))
    var svg: String?

    func run() throws {
        guard let name else { return ListCommand.list() }
        guard let scenario = Scenario.named(name) else {
            throw ValidationError("there is no story \(name); 'electsim list' names them all")
        }
        let performance = scenario.perform()
        print(performance.text, terminator: "")
        if let svg { try write(performance.svg, to: svg) }
        if !performance.holds { throw ExitCode(1) }
    }
}

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the stories that 'electsim scenario' plays."
    )

    func run() { Self.list() }

    static func list() {
        let width = Scenario.all.map(\.name.count).max() ?? 0
        for scenario in Scenario.all {
            let gap = String(repeating: " ", count: width - scenario.name.count + 2)
            print(scenario.name + gap + scenario.sentence)
        }
    }
}
