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

    /// How much of a failure is shown.
    private static let tail = 60

    func run() throws {
        Crash.arm()
        Crash.name(world.command(seed) + " --trace")
        let plan = world.plan(seed)
        say(plan.table)
        say("")
        var last: [String] = []
        let isFull = trace
        let run = Run(plan) { line in
            if isFull { return say(line) }
            last.append(line)
            if last.count > Self.tail { last.removeFirst() }
        }
        if let violation = run.violation {
            for line in last { say(line) }
            say("\nhash \(run.hashText)")
            say("FAILED \(violation.property): \(violation.detail)")
            throw ExitCode(1)
        }
        say("\(run.events) events, \(run.decrees) decrees, hash \(run.hashText)")
        say("PASSED")
    }
}
