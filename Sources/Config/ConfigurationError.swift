// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a configuration, said so that it can be put right without the manual.
///
/// A person who starts a daemon with three mistakes in its file wants to hear of three, so reading
/// goes on after a problem and the error carries them all, in the order of the files and lines.

/// Where a value was written. It prints as `file:line`, which editors and terminals open on a click.
public struct Place: Hashable, Sendable, CustomStringConvertible {
    /// The file as it was named to us.
    public var file: String
    /// Counted from 1; 0 stands for the file as a whole.
    public var line: Int

    /// Makes a place out of a file and a line counted from 1.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// `file:line`, or the file alone.
    public var description: String { line == 0 ? file : "\(file):\(line)" }
}

/// One thing that is wrong. It prints as `file:line: sentence`.
public struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
    /// Where it stands.
    public var place: Place
    /// What is wrong, and what would be right.
    public var sentence: String

    /// Makes a problem out of its place and its sentence.
    public init(place: Place, sentence: String) {
        self.place = place
        self.sentence = sentence
    }

    /// `file:line: sentence`.
    public var description: String { "\(place): \(sentence)" }
}

/// Everything that is wrong with a configuration. It prints one line a problem; a program that
/// cannot go on without its configuration exits with status 78.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one, in the order in which the lines were read.
    public var problems: [ConfigurationProblem]

    /// Makes an error out of several problems.
    public init(problems: [ConfigurationProblem]) {
        precondition(!problems.isEmpty, "a configuration error without a problem")
        self.problems = problems
    }

    /// Makes an error out of one problem with a whole file.
    public init(file: String, _ sentence: String) {
        self.init(problems: [
            ConfigurationProblem(place: Place(file: file, line: 0), sentence: sentence)
        ])
    }

    /// One line a problem, without a newline at the end.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
