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

    @Option(
        help: """
            calm: nothing goes wrong; swarm: a random part of it; storm: all of it; session: over \
            real sessions; clones: copied disks must be noticed; canary: must fail.
            """
    )
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
        let isShowing = part == nil && isatty(2) == 1
        for seed in seeds.first...seeds.last where Int(seed % UInt64(parts)) == part ?? 0 {
            let command = world.command(seed)
            Crash.name(command)
            let run = Run(world.plan(seed))
            tally.add(run)
            if list {
                say("\(seed) \(run.hashText) \(run.events) \(run.decrees) \(run.election ?? -1)")
            }
            if isShowing, tally.seeds % 50 == 0 { progress("\(tally.seeds) of \(total) seeds") }
            if let violation = run.violation {
                if isShowing { progress("") }
                report(violation, of: run.plan, command)
                if !keepGoing { break }
            }
        }
        if isShowing { progress("") }
        return tally
    }

    /// Runs all parts, one process a core.
    private func spread() -> Tally {
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        var arguments = CommandLine.arguments.filter { $0 != "-j" }
        arguments += ["--parts", "\(cores)", "--part"]
        let workers = (0..<cores).map { Worker(arguments + ["\($0)"]) }
        var tally = Tally()
        for worker in workers {
            let lines = worker?.finish() ?? []
            for line in lines where !line.hasPrefix("TALLY ") { say(line) }
            if let part = lines.last.flatMap({ Tally(line: $0) }) {
                tally.add(part)
            } else {
                // It trapped, and said so itself.
                tally.failed += 1
            }
        }
        return tally
    }

    /// How far it is, on a terminal.
    private func progress(_ text: String) {
        let line = Array("\r\u{1B}[K\(text)".utf8)
        _ = unsafe write(2, line, line.count)
    }
}
