// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import Glibc
public import Simulator

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

extension Profile: ExpressibleByArgument {}

/// What `run` and `replay` have in common: with the same options a seed is the same world.
struct WorldOptions: ParsableArguments {
    @Option(help: "Hosts that found the cluster; each seed chooses by default.")
    var nodes: Int?

    @Option(help: "calm: nothing goes wrong; swarm: a random part of it; storm: all of it.")
    var profile: Profile = .swarm

    func validate() throws {
        if let nodes, !(1...15).contains(nodes) {
            throw ValidationError("--nodes must be from 1 to 15")
        }
    }

    func plan(_ seed: UInt64) -> Plan { Plan(seed: seed, nodes: nodes, profile: profile) }

    func command(_ seed: UInt64) -> String {
        var words = "electsim replay \(seed)"
        if let nodes { words += " --nodes \(nodes)" }
        if profile != .swarm { words += " --profile \(profile.rawValue)" }
        return words
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

    @Flag(help: "Go on after a failure.")
    var keepGoing = false

    @Flag(help: "Print a line for each seed: its hash, events, decrees and time to agree.")
    var list = false

    func run() throws {
        Crash.arm()
        let began = clock()
        var (failed, events, steps, decrees, elections): (Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0)
        var hash: UInt64 = 0
        var slowest = 0.0
        for seed in seeds.first...seeds.last {
            Crash.name(world.command(seed))
            let run = Run(world.plan(seed))
            hash = hash &* 31 &+ run.hash
            events += run.events
            steps += run.steps
            decrees += run.decrees
            if let time = run.election {
                elections += 1
                slowest = max(slowest, Double(time) / Double(run.bound))
            }
            if list {
                say("\(seed) \(run.hashText) \(run.events) \(run.decrees) \(run.election ?? -1)")
            }
            if let violation = run.violation {
                failed += 1
                say("FAILED seed \(seed): \(violation.property): \(violation.detail)")
                say("  repeat with: \(world.command(seed)) --trace")
                if !keepGoing { break }
            }
        }
        let seconds = Double(clock() - began) / Double(CLOCKS_PER_SEC)
        say(
            "seeds \(seeds.first)..\(seeds.last): \(events) events, \(steps) steps, "
                + "\(decrees) decrees, \(elections) elections timed, the slowest took "
                + "\(Int(slowest * 100)) % of its bound"
        )
        say(
            "hash \(String(hash, radix: 16)), \(Int(Double(events) / max(seconds, 0.001))) events/s"
        )
        say(failed == 0 ? "PASSED" : "FAILED \(failed)")
        if failed > 0 { throw ExitCode(1) }
    }
}
