// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// The score as a TLA+ module, for Tests/Model/Trace.tla to play over. TLC counts in 32 bits: a
// nanosecond is the unit, and no lease of the simulator is longer than two seconds, a grace included.

extension Scribe {
    /// The module; nil if nothing has happened.
    ///
    /// - Parameter name: the module's, which its file must have as well.
    public func module(named name: String) -> String? {
        guard !moves.isEmpty else { return nil }
        let names = plan.members
        let wipes = ((numbers.values.max() ?? 1) - 1) / names
        let ballots = ballotNumbers(identities: names * (1 + wipes))
        var counts: [String: Int] = [:]
        var steps: [String] = []
        for move in moves {
            guard let (action, fields) = text(move, wipes: wipes, ballots) else { continue }
            counts[action, default: 0] += 1
            steps.append("[do |-> \"\(action)\", \(fields)]")
        }
        let rho = Int64(plan.settings.driftPPM)
        let leases = lengths.union([plan.settings.lease.nanoseconds]).sorted()
        // R15: what the leader counts of a grant, by the slowest and the fastest clock allowed, less
        // a granule of a microsecond. From the rule and not from the code, which is on trial here.
        let shares = leases.map { lease in
            "g = \(lease) -> \(lease * (1_000_000 - rho) / (1_000_000 + rho) - 1000)"
        }
        let summary = counts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return """
            ---- MODULE \(name) ----
            \\* Seed \(plan.seed) of the simulator, in nanoseconds; ends with: \(objection ?? "enough").
            \\* Moves: \(summary.joined(separator: " ")) elections=\(elections) voters=\(voterChanges)
            EXTENDS Trace
            TheNames == \(names)
            TheSpares == \(plan.spares)
            TheWipes == \(wipes)
            TheBallots == {\(ballots.values.sorted().map { "\($0)" }.joined(separator: ", "))}
            TheVoterSets == {\(voterSets.sorted().joined(separator: ", "))}
            TheFounded == FALSE
            TheLengths == {\(leases.map { "\($0)" }.joined(separator: ", "))}
            TheShare(g) == CASE \(shares.joined(separator: " [] "))
            TheSteps == <<
            \(steps.joined(separator: ",\n"))
            >>
            ====

            """
    }

    /// A move's action and its fields; nil for a write that came to nothing.
    private func text(_ move: Move, wipes: Int, _ ballots: [Ballot: Int]) -> (String, String)? {
        switch move {
        case .tick(let by):
            let all = (0...wipes).flatMap { _ in by.prefix(plan.members) }
            return ("tick", "by |-> <<\(all.map { "\($0)" }.joined(separator: ", "))>>")
        case .sync(_, isDone: false): return nil
        case .sync(let node, isDone: true): return ("sync", "node |-> \(node)")
        case .act(let action, let node, let ballot, let rest):
            var fields = "node |-> \(node)"
            if let ballot { fields += ", ballot |-> \(ballots[ballot] ?? 0)" }
            if !rest.isEmpty { fields += ", \(rest)" }
            return (action, fields)
        }
    }

    /// The model's ballots are numbers that the identities own in turn: each of ours, in their order,
    /// is the next one of its owner.
    private func ballotNumbers(identities: Int) -> [Ballot: Int] {
        var all: Set<Ballot> = []
        for move in moves {
            if case .act(_, _, let ballot?, _) = move { all.insert(ballot) }
        }
        var result: [Ballot: Int] = [:]
        var last = 0
        for ballot in all.sorted() {
            let owner = numbers[ballot.owner] ?? 1
            last += 1
            while (last - 1) % identities + 1 != owner { last += 1 }
            result[ballot] = last
        }
        return result
    }
}
