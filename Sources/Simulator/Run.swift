// SPDX-License-Identifier: Apache-2.0

/// Runs one seed from its first boot to its last check.
public struct Run: Sendable {
    /// What the seed decided.
    public let plan: Plan
    /// What is broken; nil if nothing is.
    public let violation: Violation?
    /// Over everything that happened, in order: two runs of one seed have the same.
    public let hash: UInt64
    /// How many things happened.
    public let events: Int
    /// How many steps the replicas took.
    public let steps: Int
    /// How many decrees were chosen.
    public let decrees: Int
    /// How long after the last fault all agreed, in nanoseconds; nil where they need not.
    public let election: Int64?
    /// What has gone wrong, in order.
    public let misfortunes: [Misfortune]
    /// How long that might have taken.
    public let bound: Int64

    /// Runs the plan; `trace` takes a line for everything that happens, `scribe` writes it down for
    /// the model.
    public init(_ plan: Plan, trace: ((String) -> Void)? = nil, scribe: Scribe? = nil) {
        var world = World(plan)
        world.scribe = scribe
        world.trace.sink = trace
        world.run()
        self.plan = plan
        violation = world.violation
        hash = world.trace.hash
        events = world.events
        steps = world.steps
        decrees = world.chronicles.reduce(0) { $0 + $1.chosen.count }
        election = world.agreedAt.flatMap { at in world.calmSince.map { at - $0 } }
        bound = world.bound
        misfortunes = world.fate.struck
    }

    /// The hash as it is printed.
    public var hashText: String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
