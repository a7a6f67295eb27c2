// SPDX-License-Identifier: Apache-2.0

/// Visits every state, the nearest first: the first violation has the shortest story there is.
///
/// Of a state that has been visited, only its fingerprint and the way to it are kept: which state
/// it came from, and by which of that state's steps. A story is told by going the way again.
public struct Search<World: SmallWorld> {
    private let start: World
    private var seen = Fingerprints()
    private var parents: [UInt32] = []
    private var steps: [UInt16] = []
    private var transitions = 0

    /// A search that begins in this state.
    public init(from start: World) { self.start = start }

    /// Visits all states that are at most this many steps away, until one is broken.
    ///
    /// - Parameters:
    ///   - depth: How many steps; nil for all there are.
    ///   - statesMax: Where to stop at the latest: memory is finite.
    ///   - progress: Is told the depth, the states seen and the states of this depth.
    public consuming func run(
        depth: Int?,
        statesMax: Int = 40_000_000,
        progress: (Int, Int, Int) -> Void = { _, _, _ in }
    ) -> Findings {
        _ = seen.insert(start.fingerprint)
        parents.append(0)
        steps.append(0)
        if let violation = start.violation { return findings(0, .broken(violation, story: [])) }
        var frontier = [start]
        var first = 0
        var reached = 0
        while !frontier.isEmpty {
            progress(reached, seen.count, frontier.count)
            if let depth, reached == depth { return findings(reached, .bounded) }
            if seen.count > statesMax { return findings(reached, .bounded) }
            var next: [World] = []
            var broken: (Int, Violation)?
            for (place, world) in frontier.enumerated() {
                var number: UInt16 = 0
                world.forEachStep { after in
                    defer { number += 1 }
                    guard broken == nil else { return }
                    transitions += 1
                    guard seen.insert(after.fingerprint) else { return }
                    parents.append(UInt32(first + place))
                    steps.append(number)
                    if let violation = after.violation { broken = (parents.count - 1, violation) }
                    next.append(after)
                }
                if let (state, violation) = broken {
                    return findings(reached + 1, .broken(violation, story: story(of: state)))
                }
            }
            if next.isEmpty { return findings(reached, .complete) }
            first = parents.count - next.count
            frontier = next
            reached += 1
        }
        return findings(reached, .complete)
    }

    private func findings(_ depth: Int, _ outcome: Findings.Outcome) -> Findings {
        Findings(
            states: seen.count,
            transitions: transitions,
            depth: depth,
            collisionChance: seen.collisionChance,
            outcome: outcome
        )
    }

    /// Goes the way to this state again, from the start, and tells what happens.
    private func story(of state: Int) -> [String] {
        var way: [Int] = []
        var at = state
        while at != 0 {
            way.append(Int(steps[at]))
            at = Int(parents[at])
        }
        var lines: [String] = []
        var world = start
        for (count, wanted) in way.reversed().enumerated() {
            let told = world.story(ofStep: wanted)
            for (line, text) in told.enumerated() {
                lines.append((line == 0 ? pad("\(count + 1)", 3) + "  " : "       ") + text)
            }
            var number = 0
            var after: World?
            world.forEachStep {
                if number == wanted { after = $0 }
                number += 1
            }
            guard let after else { preconditionFailure("no step \(wanted) in \(world)") }
            world = after
        }
        return lines
    }
}

/// What a search has found.
public struct Findings: Sendable {
    /// How many different states were visited.
    public let states: Int
    /// How many steps were taken between them.
    public let transitions: Int
    /// How many steps the farthest state is away from the start.
    public let depth: Int
    /// The chance that two states were taken for one.
    public let collisionChance: Double
    /// How it ended.
    public let outcome: Outcome

    /// How a search may end.
    public enum Outcome: Sendable {
        /// There are no more states.
        case complete
        /// There are more states, farther away.
        case bounded
        /// A state is broken; the shortest way to it, as text.
        case broken(Violation, story: [String])
    }

    /// What is broken; nil if nothing was found.
    public var violation: Violation? {
        if case .broken(let violation, _) = outcome { violation } else { nil }
    }

    /// The way to it.
    public var story: [String] {
        if case .broken(_, let story) = outcome { story } else { [] }
    }
}

/// The text on the right of a column.
func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}
