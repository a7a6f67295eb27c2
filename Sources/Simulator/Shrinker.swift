// SPDX-License-Identifier: Apache-2.0

/// Makes a world that fails smaller, until nothing can be taken out of it.
///
/// Forty things went wrong before a promise was broken, and thirty-eight of them were noise. Which?
/// Leave some out and look whether the same promise is still broken: whole kinds first, then halves,
/// quarters, and at last each by itself (delta debugging, Zeller and Hildebrandt 2002). Fewer hosts
/// and a shorter time are tried on the way. What is left is a story in which everything matters.
public struct Shrinker {
    /// How a world failed.
    public struct Failure: Hashable, Sendable {
        /// The property that was broken.
        public var property: String
        /// What had gone wrong until then, in order.
        public var misfortunes: [Misfortune]
        /// Whether it was broken after the faults had stopped.
        public var isLate: Bool

        /// A failure that was seen.
        public init(property: String, misfortunes: [Misfortune], isLate: Bool) {
            (self.property, self.misfortunes) = (property, misfortunes)
            self.isLate = isLate
        }
    }

    /// How many worlds have been tried.
    public private(set) var tries = 0
    private let limit: Int
    private let play: (Recipe) -> Failure?
    private var best = Recipe(seed: 0)
    private var failure = Failure(property: "", misfortunes: [], isLate: false)

    /// - Parameters:
    ///   - limit: How many worlds to try at most.
    ///   - play: Runs a world, and says how it failed, if it did. By default in this process.
    public init(limit: Int = 2000, play: @escaping (Recipe) -> Failure? = Shrinker.run) {
        (self.limit, self.play) = (limit, play)
    }

    /// Runs a world in this process.
    public static func run(_ recipe: Recipe) -> Failure? {
        let run = Run(recipe.plan)
        return run.violation.map {
            Failure(
                property: $0.property,
                misfortunes: run.misfortunes,
                isLate: $0.moment >= run.plan.safety
            )
        }
    }

    /// The smallest world that was found to break the same property, and how it fails; nil if the
    /// first one does not fail.
    public mutating func shrink(_ first: Recipe) -> (recipe: Recipe, failure: Failure)? {
        tries = 1
        guard let seen = play(first) else { return nil }
        (best, failure) = (first, seen)
        best.only = Selection(seen.misfortunes)
        var before: Recipe
        repeat {
            before = best
            leaveOutKinds()
            leaveOutHosts()
            leaveOutSome()
            shorten()
        } while best != before && tries < limit
        return (best, failure)
    }

    /// Takes a smaller world for the best, if it fails in the same way.
    private mutating func take(_ recipe: Recipe) -> Bool {
        guard tries < limit else { return false }
        tries += 1
        guard let seen = play(recipe), seen.property == failure.property else { return false }
        (best, failure) = (recipe, seen)
        // What did not come to pass is not needed either.
        best.only = Selection(seen.misfortunes)
        return true
    }

    private mutating func take(only misfortunes: [Misfortune]) -> Bool {
        var recipe = best
        recipe.only = Selection(misfortunes)
        return take(recipe)
    }

    private mutating func leaveOutKinds() {
        for fault in Fault.allCases {
            let rest = failure.misfortunes.filter { $0.fault != fault }
            if rest.count < failure.misfortunes.count { _ = take(only: rest) }
        }
    }

    private mutating func leaveOutHosts() {
        for nodes in 1..<max(best.plan.founders, 2) where nodes < best.plan.founders {
            var recipe = best
            recipe.nodes = nodes
            if take(recipe) { return }
        }
    }

    /// Parts of what is left, ever smaller ones. The last are tried first: what comes after the
    /// harm is done matters least.
    private mutating func leaveOutSome() {
        var part = max(failure.misfortunes.count / 2, 1)
        while !failure.misfortunes.isEmpty {
            var end = failure.misfortunes.count
            while end > 0 {
                let start = max(end - part, 0)
                var rest = failure.misfortunes
                rest.removeSubrange(start..<end)
                // After a success the list is another, and shorter.
                end = take(only: rest) ? min(start, failure.misfortunes.count) : start
            }
            if part == 1 { return }
            part = max(part / 2, 1)
        }
    }

    /// What is broken after the faults have stopped may be so after a shorter time as well.
    private mutating func shorten() {
        while failure.isLate {
            let milliseconds = Int(best.plan.safety / 1_000_000)
            var recipe = best
            recipe.safety = milliseconds / 2
            guard milliseconds > 1, take(recipe) else { return }
        }
    }
}
