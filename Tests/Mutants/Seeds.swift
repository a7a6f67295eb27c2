// SPDX-License-Identifier: Apache-2.0

import Simulator

/// `seeds FIRST LAST STEP`: the first seed that breaks a property, and which. It stands for electsim
/// where mutants are tried, and is built without anything that electsim needs besides.
@main
enum Seeds {
    static func main() {
        let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        guard numbers.count == 3 else { return print("usage: seeds FIRST LAST STEP") }
        for seed in stride(from: numbers[0], through: numbers[1], by: Int(numbers[2])) {
            guard let violation = Run(Plan(seed: seed)).violation else { continue }
            return print("seed \(seed): \(violation.property)")
        }
    }
}
