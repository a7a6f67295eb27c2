// SPDX-License-Identifier: Apache-2.0

import Simulator

/// Worlds that end with a trap, a broken promise of the replica's own. It ends the process as well,
/// so each try has one for itself.
enum Trapping {
    /// The name under which a trap is reported.
    static let property = "trap"

    static func trace(_ recipe: Recipe) -> [String] {
        output(of: recipe).filter { $0.first == " " }
    }

    static func traps(_ recipe: Recipe) -> Bool {
        !(output(of: recipe).last.map { $0 == "PASSED" || $0.hasPrefix("FAILED") } ?? false)
    }

    static func run(_ recipe: Recipe) -> Shrinker.Failure? {
        let lines = output(of: recipe)
        let isOver = lines.last.map { $0 == "PASSED" || $0.hasPrefix("FAILED") } ?? false
        if isOver { return nil }
        return Shrinker.Failure(
            property: property,
            misfortunes: lines.compactMap { Misfortune(line: $0) },
            isLate: false
        )
    }

    private static func output(of recipe: Recipe) -> [String] {
        let words = "\(recipe.command) --trace".split(separator: " ").map(String.init)
        return Worker(words, isQuiet: true)?.finish() ?? []
    }
}
