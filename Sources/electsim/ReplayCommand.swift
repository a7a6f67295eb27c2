// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import Simulator

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run one seed again, and show what happened."
    )

    @Argument(help: "The seed.")
    var seed: UInt64

    @OptionGroup var world: WorldOptions

    @Flag(help: "Print everything that happens, not only the end of a failure.")
    var trace = false

    @Option(
        help: ArgumentHelp(
            "Write the run into this file, as a trace for the TLA+ model.",
            valueName: "file"
        )
    )
    var tla: String?

    func validate() throws {
        if let tla, !tla.hasSuffix(".tla") {
            throw ValidationError("--tla wants a file that ends in .tla")
        }
    }

    func run() throws {
        Crash.arm()
        let recipe = world.recipe(seed)
        Crash.name(recipe.command + " --trace")
        let plan = recipe.plan
        say(plan.table)
        say("")
        let scribe = tla.map { _ in Scribe(plan) }
        let run = Run(plan, trace: trace ? { say($0) } : nil, scribe: scribe)
        if let tla, let scribe { try write(scribe, to: tla) }
        if let violation = run.violation {
            if !trace { tail(of: plan) }
            say("\nhash \(run.hashText)")
            say("FAILED \(violation.property): \(violation.detail)")
            throw ExitCode(1)
        }
        say("\(run.events) events, \(run.decrees) decrees, hash \(run.hashText)")
        say("PASSED")
    }
}

/// Writes what the scribe saw, under the module name that the file's name gives it.
private func write(_ scribe: Scribe, to path: String) throws {
    let name = path.split(separator: "/").last?.dropLast(".tla".count) ?? ""
    guard let module = scribe.module(named: String(name)) else {
        throw Failure("nothing has happened that the model has words for")
    }
    try write(module, to: path)
}

/// The last lines of a seed's trace: it runs again, for whoever passes needs no trace.
func tail(of plan: Plan) {
    var last: [String] = []
    _ = Run(plan) { line in
        last.append(line)
        if last.count > 50 { last.removeFirst() }
    }
    for line in last { say(line) }
}

/// All that is needed to chase a failure: what the seed did, how it ended, how to see it again.
func report(_ violation: Violation, of recipe: Recipe) {
    say(recipe.plan.table + "\n")
    tail(of: recipe.plan)
    say("\nFAILED seed \(recipe.seed): \(violation.property): \(violation.detail)")
    say("  repeat with: \(recipe.command) --trace")
    say("  make it smaller with: electsim shrink \(recipe.seed)\(recipe.options)\n")
}
