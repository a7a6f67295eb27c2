// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import Simulator

struct ShrinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shrink",
        abstract: "Leave out of a failing seed whatever it fails without, and tell the rest."
    )

    @Argument(help: "The seed.")
    var seed: UInt64

    @OptionGroup var world: WorldOptions

    @Option(help: "How many worlds to try at most.")
    var tries = 2000

    func validate() throws {
        if tries < 1 { throw ValidationError("--tries must be 1 or more") }
    }

    func run() throws {
        let first = world.recipe(seed)
        // A trap would end this process: so the first look is from another one.
        let traps = Trapping.traps(first)
        var tried = 0
        var shrinker = Shrinker(limit: tries) { recipe in
            tried += 1
            Progress.show("\(tried) worlds tried")
            return traps ? Trapping.run(recipe) : Shrinker.run(recipe)
        }
        let found = shrinker.shrink(first)
        Progress.clear()
        guard let (recipe, failure) = found else {
            say("seed \(seed) breaks nothing: there is nothing to shrink")
            say("  \(first.command)")
            throw ExitCode(1)
        }
        say(recipe.plan.table)
        say("tried         \(shrinker.tries) worlds")
        say("left          misfortunes \(failure.misfortunes.count), hosts \(recipe.plan.hosts)\n")
        var lines: [String] = []
        if traps {
            lines = Trapping.trace(recipe)
        } else {
            _ = Run(recipe.plan) { lines.append($0) }
        }
        for line in Story(lines).lines { say(line) }
        say("\nFAILED \(failure.property)")
        say("  repeat with: \(recipe.command) --trace")
    }
}
