// SPDX-License-Identifier: Apache-2.0

/// Every participant and every letter that was ever met gets a number, and what comes of their
/// meeting is worked out once.
///
/// Three hosts with a thousand states each make a thousand million worlds at most, and three
/// thousand hosts. So a world is a handful of numbers, and a step is a look into this table. The
/// numbers are given in the order of the search, so they are the same in each run.
final class Registry<Host: Participant> {
    private(set) var hosts: [Host] = []
    private var hostNumbers: [Host: UInt32] = [:]
    /// For each host, a bit for each tick: whether it claims then what only one may have.
    private(set) var claims: [UInt32] = []
    private(set) var letters: [Host.Letter] = []
    private(set) var recipients: [Int] = []
    /// Whether the properties look at the letter.
    private(set) var marks: [Bool] = []
    private var letterNumbers: [Host.Letter: UInt32] = [:]
    private var arrivals = WordTable()
    private var cues: [UInt64: [Choice]] = [:]
    private(set) var results: [Result] = []
    /// The properties of the whole world.
    let check: (Stage<Host>) -> Violation?

    /// What came of something, in numbers.
    struct Result {
        let host: UInt32
        let letters: [UInt32]
        let violation: Violation?
    }

    /// Something that may happen besides letters.
    struct Choice {
        let cue: Host.Cue
        let cost: Budget
        let result: UInt32
    }

    /// The recipient of a mark.
    static var nobody: Int { -1 }

    init(check: @escaping (Stage<Host>) -> Violation?) { self.check = check }

    func number(_ host: Host) -> UInt32 {
        if let number = hostNumbers[host] { return number }
        let number = UInt32(hosts.count)
        hosts.append(host)
        claims.append((0..<32).reduce(0) { $0 | (host.claims(at: $1) ? 1 << UInt32($1) : 0) })
        hostNumbers[host] = number
        return number
    }

    func number(_ letter: Host.Letter) -> UInt32 {
        if let number = letterNumbers[letter] { return number }
        let number = UInt32(letters.count)
        letters.append(letter)
        recipients.append(Host.recipient(of: letter) ?? Self.nobody)
        marks.append(Host.isMark(letter))
        letterNumbers[letter] = number
        return number
    }

    private func record(_ number: UInt32, _ input: Happening<Host>, _ tick: Int) -> UInt32 {
        var host = hosts[Int(number)]
        let outcome = host.take(input, at: tick)
        let result = Result(
            host: self.number(host),
            letters: outcome.letters.map { self.number($0) },
            violation: outcome.violation
        )
        results.append(result)
        return UInt32(results.count - 1)
    }

    /// What comes of this letter's arrival.
    func arrival(of letter: UInt32, at host: UInt32, tick: Int) -> Int {
        precondition(host < 1 << 27 && tick < 32, "\(hosts.count) hosts, tick \(tick)")
        let key = UInt64(letter) << 32 | UInt64(host) << 5 | UInt64(tick)
        if let result = arrivals[key] { return Int(result) }
        let result = record(host, .letter(letters[Int(letter)]), tick)
        arrivals.note(key, result)
        return Int(result)
    }

    /// What else may happen to a host.
    func choices(of host: UInt32, tick: Int) -> [Choice] {
        let key = UInt64(host) << 5 | UInt64(tick)
        if let choices = cues[key] { return choices }
        let choices = hosts[Int(host)].cues(at: tick).map { cue in
            Choice(cue: cue, cost: Host.cost(of: cue), result: record(host, .cue(cue), tick))
        }
        cues[key] = choices
        return choices
    }
}
