// SPDX-License-Identifier: Apache-2.0

// The command line, by hand: five options and no library.

/// What to measure, and with what.
struct Options {
    /// Where electd and electctl are.
    var programs = ".build/release"
    /// An empty directory for this run, on the disk whose cost is to be known.
    var work = ""
    /// How often each change of leadership is measured.
    var rounds = 9
    /// How long the daemons are watched while nothing happens, in seconds.
    var idleSeconds = 21
    /// Every bound is multiplied by this; a small one shows that a measure can fail.
    var boundScale = 1.0
    /// Only figures with this text in their name; all if empty.
    var only = ""

    init(_ arguments: [String]) throws(BenchFailure) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else {
                throw BenchFailure("\(name) needs a value")
            }
            switch name {
            case "--programs": programs = value
            case "--work": work = value
            case "--only": only = value
            case "--rounds": rounds = try number(value, of: name, from: 1)
            case "--idle": idleSeconds = try number(value, of: name, from: 1)
            case "--bound-scale":
                guard let scale = Double(value), scale > 0 else {
                    throw BenchFailure("\(name) takes a number above 0, not \(value)")
                }
                boundScale = scale
            default:
                throw BenchFailure(
                    "there is no \(name); there are --programs, --work, --only, --rounds, --idle "
                        + "and --bound-scale"
                )
            }
        }
        guard !work.isEmpty else { throw BenchFailure("name a directory with --work") }
    }
}

/// A run that cannot go on, as a sentence.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

private func number(
    _ text: String,
    of name: String,
    from least: Int
) throws(BenchFailure) -> Int {
    guard let number = Int(text), number >= least else {
        throw BenchFailure("\(name) takes a number from \(least), not \(text)")
    }
    return number
}
