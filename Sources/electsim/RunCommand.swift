// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import Simulator

/// `3..2000`, both ends included.
struct SeedRange: ExpressibleByArgument {
    let first: UInt64
    let last: UInt64

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: true)
        guard let first = parts.first.flatMap({ UInt64($0) }),
            let last = parts.last.flatMap({ UInt64($0) }), parts.count <= 2, first <= last
        else { return nil }
        (self.first, self.last) = (first, last)
    }
}

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run many seeds, each once."
    )

    @Option(help: "The seeds, as FIRST..LAST.")
    var seeds: SeedRange

    @OptionGroup var world: WorldOptions

    @Flag(name: .customShort("j"), help: "Use all cores.")
    var isParallel = false

    @Flag(help: "Go on after a failure.")
    var keepGoing = false

    @Flag(help: "Print a line for each seed: its hash, events, decrees, nanoseconds to agree.")
    var list = false

    @Option(help: .hidden)
    var part: Int?

    @Option(help: .hidden)
    var parts = 1

    func run() throws {
        Crash.arm()
        let began = clock()
        let tally = isParallel && part == nil ? spread() : runPart()
        if part != nil { return say(tally.line) }
        let seconds = Double(clock() - began) / Double(CLOCKS_PER_SEC)
        say(tally.text)
        let digits = String(tally.hash, radix: 16)
        let pace = isParallel ? "" : ", \(Int(Double(tally.events) / max(seconds, 0.001))) events/s"
        say("hash \(digits)\(pace)")
        say(tally.failed == 0 ? "PASSED" : "FAILED \(tally.failed)")
        if tally.failed > 0 { throw ExitCode(1) }
    }

    /// Runs this process's part of the seeds.
    private func runPart() -> Tally {
        var tally = Tally()
        let total = seeds.last - seeds.first + 1
        for seed in seeds.first...seeds.last where Int(seed % UInt64(parts)) == part ?? 0 {
            let recipe = world.recipe(seed)
            Crash.name(recipe.command)
            let run = Run(recipe.plan)
            tally.add(run)
            if list {
                say("\(seed) \(run.hashText) \(run.events) \(run.decrees) \(run.election ?? -1)")
            }
            if part == nil {
                Progress.show("\(tally.seeds) of \(total) seeds")
            } else if tally.seeds % 50 == 0 {
                say("AT \(tally.seeds)")
            }
            if let violation = run.violation {
                if part == nil { Progress.clear() }
                report(violation, of: recipe)
                if !keepGoing { break }
            }
        }
        if part == nil { Progress.clear() }
        return tally
    }

    /// Runs all parts, one process a core.
    private func spread() -> Tally {
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        var arguments = CommandLine.arguments.filter { $0 != "-j" }
        arguments += ["--parts", "\(cores)", "--part"]
        let workers = (0..<cores).map { Worker(arguments + ["\($0)"]) }
        var tally = Tally()
        var done = Array(repeating: 0, count: workers.count)
        var isWhole = Array(repeating: false, count: workers.count)
        Worker.follow(workers) { worker, line in
            if let part = Tally(line: line) {
                tally.add(part)
                isWhole[worker] = true
            } else if line.hasPrefix("AT "), let count = Int(line.dropFirst(3)) {
                done[worker] = count
                Progress.show("\(done.reduce(0, +)) of \(seeds.last - seeds.first + 1) seeds")
            } else {
                Progress.clear()
                say(line)
            }
        }
        Progress.clear()
        // Whoever has not said what came of it has trapped, and said so itself.
        tally.failed += isWhole.filter { !$0 }.count
        return tally
    }
}
