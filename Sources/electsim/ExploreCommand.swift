// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Explorer
import Glibc

struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "Visit every state of small worlds.",
        discussion: """
            Each world is the real protocol code with a few hosts and a network that may do \
            anything. The worlds, all of them unless one is named:

            \(Exploration.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
            """
    )

    @Argument(help: "The world; all of them by default.")
    var world: String?

    @Option(help: "How many steps from the start; each world has its own limit, or none.")
    var depth: Int?

    @Flag(help: "Print a line for each step away from the start.")
    var progress = false

    func validate() throws {
        if let world, !Exploration.all.contains(where: { $0.name == world }) {
            let names = Exploration.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no world '\(world)'; there are \(names)")
        }
        if let depth, depth < 1 { throw ValidationError("--depth must be 1 or more") }
    }

    func run() throws {
        Crash.arm()
        let worlds = Exploration.all.filter { world == nil || $0.name == world }
        let width = worlds.map(\.name.count).max() ?? 0
        say(left("world", width) + "      states  transitions  depth  seconds   states/s")
        var isBroken = false
        for world in worlds {
            Crash.name("electsim explore \(world.name)" + (depth.map { " --depth \($0)" } ?? ""))
            let began = clock()
            let findings = world.run(depth: depth) { depth, states, width in
                if progress { say("  depth \(depth): \(states) states, \(width) of this depth") }
            }
            let seconds = Double(clock() - began) / Double(CLOCKS_PER_SEC)
            let row = [
                right("\(findings.states)", 12), right("\(findings.transitions)", 13),
                right("\(findings.depth)", 7), right(tenths(seconds), 9),
                right("\(Int(Double(findings.states) / max(seconds, 0.001)))", 11),
            ]
            say(left(world.name, width) + row.joined() + "  " + verdict(findings))
            if let violation = findings.violation {
                isBroken = true
                for line in findings.story { say(line) }
                say("BROKEN \(violation.property): \(violation.sentence)")
            }
        }
        say(isBroken ? "FAILED" : "PASSED")
        if isBroken { throw ExitCode(1) }
    }

    private func verdict(_ findings: Findings) -> String {
        switch findings.outcome {
        case .complete:
            "complete; two states taken for one: \(chance(findings.collisionChance))"
        case .bounded: "bounded: all states within \(findings.depth) steps"
        case .broken: "BROKEN after \(findings.depth) steps"
        }
    }

    private func chance(_ chance: Double) -> String {
        var chance = chance
        var exponent = 0
        while chance < 1, exponent < 20 {
            chance *= 10
            exponent += 1
        }
        return exponent == 20 ? "never" : "\(Int(chance))e-\(exponent)"
    }

    private func tenths(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
