// SPDX-License-Identifier: Apache-2.0

/// Somebody in a story without clocks: all it does is to answer letters.
protocol Correspondent {
    associatedtype Letter: Hashable & Sendable & CustomStringConvertible
    /// Takes a letter in, and says what it sends, to whom.
    mutating func receive(_ letter: Letter, from sender: Int) -> [Post<Letter>]
}

/// A letter and whom it is for.
struct Post<Letter> {
    let to: Int
    let letter: Letter
}

/// A stage as papers have it: no time, no timeouts, and a post that delivers when the script says.
///
/// The naive protocols play on it, and the roles of Paxos where a story is about them alone.
struct PaperStage<Role: Correspondent> {
    private struct Mail {
        let from: Int
        let to: Int
        let letter: Role.Letter
        let sent: Int64
    }

    let names: [String]
    var roles: [Role]
    private var mail: [Mail] = []
    private var isDown: [Bool]
    private var tick: Int64 = 0
    private(set) var diagram: Diagram
    private var claims: [Claim] = []

    init(_ names: [String], role: (Int) -> Role) {
        self.names = names
        roles = names.indices.map(role)
        isDown = names.map { _ in false }
        diagram = Diagram(columns: names, showsTime: false)
    }

    /// Whether nothing is under way to anybody who could answer: then nothing more will happen.
    var isSilent: Bool { mail.allSatisfy { isDown[$0.to] } }

    func at(_ name: String) -> Int {
        guard let at = names.firstIndex(of: name) else {
            preconditionFailure("nobody called \(name) in this story")
        }
        return at
    }

    private func index(_ from: Int, _ to: Int, _ word: String = "") -> Int? {
        mail.firstIndex {
            $0.from == from && $0.to == to && "\($0.letter)".hasPrefix(word)
        }
    }

    /// Lets one do something of its own accord.
    mutating func act(_ name: String, _ does: (inout Role) -> [Post<Role.Letter>]) {
        let at = at(name)
        let posts = does(&roles[at])
        dispatch(posts, from: at)
    }

    /// What is for oneself is heard at once; the rest goes by post.
    private mutating func dispatch(_ posts: [Post<Role.Letter>], from: Int) {
        for post in posts {
            if post.to == from {
                let more = roles[from].receive(post.letter, from: from)
                dispatch(more, from: from)
            } else {
                mail.append(Mail(from: from, to: post.to, letter: post.letter, sent: tick))
            }
        }
    }

    /// The oldest letter from one to each of these comes, at one time; of those that begin with a
    /// word, if one is given.
    mutating func deliver(
        _ from: String,
        to receivers: String...,
        word: String = "",
        late: Bool = false
    ) {
        tick += 3000
        for name in receivers { hand(at(from), at(name), word, late: late) }
    }

    /// Everything comes that is under way to those who live, until nothing is.
    mutating func deliverAll() {
        while !isSilent {
            tick += 3000
            for one in mail { hand(one.from, one.to, "", late: false) }
        }
    }

    private mutating func hand(_ from: Int, _ to: Int, _ word: String, late: Bool) {
        guard let at = index(from, to, word) else {
            preconditionFailure("no \(word) is under way from \(names[from]) to \(names[to])")
        }
        let one = mail.remove(at: at)
        draw(one, isDown[to] ? .lost : late ? .cameLate : .came)
        guard !isDown[to] else { return }
        let posts = roles[to].receive(one.letter, from: from)
        dispatch(posts, from: to)
    }

    /// The oldest letter from one to each of these is lost.
    mutating func lose(_ from: String, to receivers: String...) {
        tick += 3000
        for name in receivers {
            guard let at = index(at(from), at(name)) else {
                preconditionFailure("nothing is under way from \(from) to \(name)")
            }
            draw(mail.remove(at: at), .lost)
        }
    }

    private mutating func draw(_ one: Mail, _ fate: Diagram.Fate) {
        let label = "\(one.letter)"
        let arrow = Diagram.Arrow(
            from: one.from,
            to: one.to,
            label: label,
            sent: one.sent,
            fate: fate
        )
        diagram.add(.arrow(arrow), at: tick)
    }

    /// A word beside a line.
    mutating func say(_ name: String, _ mark: Diagram.Mark, _ text: String) {
        tick += 1000
        diagram.add(.mark(host: at(name), mark, text), at: tick)
    }

    /// A sentence across the diagram.
    mutating func note(_ text: String) {
        tick += 1000
        diagram.add(.note(text), at: tick)
    }

    /// One is no more; what it has sent is still under way.
    mutating func crash(_ name: String) {
        say(name, .crashes, "crashes")
        isDown[at(name)] = true
        diagram.add(.line(host: at(name), .down), at: tick)
    }

    /// Claims something.
    mutating func claim(_ sentence: String, _ holds: Bool) {
        claims.append(Claim(sentence: sentence, holds: holds))
    }

    consuming func act(_ title: String? = nil) -> Act {
        Act(title: title, diagram: diagram, claims: claims)
    }
}
