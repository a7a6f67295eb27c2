// SPDX-License-Identifier: Apache-2.0

// The command line, by hand: a few options and no library.

/// What to measure, and with what.
struct Options {
    var site = Site()
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
            case "--programs": site.programs = value
            case "--disk": site.disk = value
            case "--memory": site.memory = value
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
                    "there is no \(name); there are --programs, --disk, --memory, --only, "
                        + "--rounds, --idle and --bound-scale"
                )
            }
        }
        guard !site.disk.isEmpty else { throw BenchFailure("name a directory with --disk") }
        if site.memory.isEmpty { site.memory = site.disk }
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
