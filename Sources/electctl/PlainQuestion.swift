// SPDX-License-Identifier: Apache-2.0

import ElectClient

/// What a probe asks every second for years, understood without the parser.
///
/// The parser finds out what a command takes by reflection, for which the runtime looks through
/// every conformance in the program some forty times: nine tenths of all that `electctl leader`
/// would do. A line in one of these forms, to the letter, can be read in only one way. Every other
/// line is the parser's, with its help and its complaints.
///
///     leader [--socket PATH]
///     is-leader [--quiet | -q] [--socket PATH]
struct PlainQuestion: Equatable {
    /// What is asked.
    enum Verb: Equatable {
        case leader
        case isLeader(quiet: Bool)
    }

    var verb: Verb
    /// The socket that the line names.
    var socket: String?

    /// Reads a line; nil where the parser is to be asked.
    init?(_ arguments: some Sequence<String>) {
        var words = Array(arguments)
        if words.count > 2, words[words.count - 2] == "--socket",
            !words[words.count - 1].hasPrefix("-")
        {
            socket = words.removeLast()
            words.removeLast()
        }
        switch words {
        case ["leader"]: verb = .leader
        case ["is-leader"]: verb = .isLeader(quiet: false)
        case ["is-leader", "--quiet"], ["is-leader", "-q"]: verb = .isLeader(quiet: true)
        default: return nil
        }
    }

    /// Does what the command of this name does.
    func run() throws(Failure) {
        let path = socket ?? Electd.socket
        switch verb {
        case .leader: try printLeader(askingAt: path)
        case .isLeader(let quiet): try printRole(askingAt: path, quiet: quiet)
        }
    }
}
