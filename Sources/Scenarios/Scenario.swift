// SPDX-License-Identifier: Apache-2.0

/// A story of the literature, told by the real code: a cast, a script, a diagram of what happened,
/// and claims about it that are checked.
public struct Scenario: Sendable {
    /// What it is called on the command line.
    public let name: String
    /// What happens, in one sentence.
    public let sentence: String
    /// The paper or the incident that it comes from.
    public let source: String
    private let script: @Sendable () -> [Act]

    init(
        _ name: String,
        _ sentence: String,
        source: String,
        script: @escaping @Sendable () -> [Act]
    ) {
        self.name = name
        self.sentence = sentence
        self.source = source
        self.script = script
    }

    /// Plays it: every time the same.
    public func perform() -> Performance {
        Performance(scenario: name, sentence: sentence, source: source, acts: script())
    }

    /// The scenario of this name.
    public static func named(_ name: String) -> Scenario? { all.first { $0.name == name } }
}
