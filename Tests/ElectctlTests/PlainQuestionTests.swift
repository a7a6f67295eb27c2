// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Testing

@testable import electctl

/// What is read without the parser is what the parser reads.
@Suite("electctl, a plain question")
struct PlainQuestionTests {
    /// What the parser understands, as far as a plain question can say it.
    private func parsed(_ words: [String]) throws -> String {
        switch try Electctl.parseAsRoot(words) {
        case let command as LeaderCommand where !command.json:
            return told(.leader, socket: command.socket.socket)
        case let command as IsLeaderCommand where !command.json:
            return told(.isLeader(quiet: command.quiet), socket: command.socket.socket)
        case let command:
            return "\(command)"
        }
    }

    private func told(_ verb: PlainQuestion.Verb, socket: String?) -> String {
        "\(verb) \(socket ?? "at the usual place")"
    }

    private func plain(_ words: [String]) throws -> String {
        let question = try #require(PlainQuestion(words))
        return told(question.verb, socket: question.socket)
    }

    @Test(
        "in each of its forms it is what the parser understands",
        arguments: [
            "leader", "leader --socket /run/other.sock", "leader --socket other.sock", "is-leader",
            "is-leader -q", "is-leader --quiet", "is-leader --socket /run/other.sock",
            "is-leader --quiet --socket /run/other.sock", "is-leader -q --socket other.sock",
        ]
    )
    func asParsed(line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        #expect(try plain(words) == parsed(words))
    }

    @Test("an empty socket is an empty socket")
    func emptySocket() throws {
        let words = ["leader", "--socket", ""]
        #expect(try plain(words) == parsed(words))
    }

    @Test(
        "every other line is the parser's",
        arguments: [
            "", "--version", "--help", "leadr", "leader --help", "leader --json", "leader --socket",
            "leader --socket --json", "leader --socket -q", "leader /run/other.sock", "leader -q",
            "--socket /run/other.sock leader", "leader --socket=/run/other.sock", "help leader",
            "--socket /run/other.sock", "is-leader --json", "is-leader -q -q", "is-leader --quie",
            "leader --socket a --socket b", "leader is-leader", "status", "wait-leader",
        ]
    )
    func otherwise(line: String) {
        #expect(PlainQuestion(line.split(separator: " ").map(String.init)) == nil)
    }
}
