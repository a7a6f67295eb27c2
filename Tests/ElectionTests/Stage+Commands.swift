// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// A line of a story that nobody can play.
struct Unplayable: Error, CustomStringConvertible {
    let description: String
}

// The words of a story. Tests/README.md lists them.

extension Stage {
    func play(_ line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        guard let verb = words.first, !verb.hasPrefix("#") else { return }
        let rest = Array(words.dropFirst())
        switch verb {
        case "nodes": try found(rest)
        case "founded": try founded(rest)
        case "spare": for word in rest { try add(word, origin: .join) }
        case "start": for actor in try named(rest, orAll: true) { start(actor) }
        case "advance": advance(try span(rest.first ?? ""))
        case "settle": settle()
        case "show": isShowingAll = rest.first == "all"
        case "hold": holding.append(try rule(rest))
        case "unhold": holding = []
        case "deliver": try take(rest) { arrive($0) }
        case "drop": try take(rest) { note($0.text + " (dropped)") }
        case "duplicate":
            let copies = drawer
            try take(rest) { arrive($0) }
            drawer = copies
        case "cut": cuts.append(try rule(rest))
        case "partition": partition(rest)
        case "heal": cuts = []
        case "crash": for actor in try named(rest) { crash(actor) }
        case "restart": for actor in try named(rest) { start(actor) }
        case "release": try release(rest)
        case "pause": for actor in try named(rest) { actor.isPaused = true }
        case "resume": for actor in try named(rest) { resume(actor) }
        case "stop": for actor in try named(rest) { step(actor, .asked(.stop)) }
        case "leave": try leave(rest)
        case "held": for actor in try named(rest) { held(actor, true) }
        case "letgo": for actor in try named(rest) { held(actor, false) }
        case "ask": try ask(rest)
        case "disk": try disk(rest)
        case "image": for actor in try named(rest) { actor.image = actor.record }
        case "rollback": for actor in try named(rest) { actor.record = actor.image ?? actor.record }
        case "copy": try copy(rest)
        case "namesake": try namesake(rest)
        case "members": for actor in try named(rest) { members(actor) }
        case "wipe": for actor in try named(rest) { wipe(actor) }
        case "located": try located(rest)
        case "unreachable": try unreachable(rest)
        case "regreet": for actor in try named(rest) { greetAll(actor) }
        case "status": for actor in try named(rest, orAll: true) { status(actor) }
        case "record": for actor in try named(rest, orAll: true) { record(actor) }
        default: throw Unplayable(description: "no story has the word '\(verb)'")
        }
    }

    func named(_ labels: [String], orAll: Bool = false) throws -> [Actor] {
        if labels.isEmpty && orAll { return actors }
        return try labels.map { label in
            guard let actor = actor(label) else {
                throw Unplayable(description: "there is no node '\(label)'")
            }
            return actor
        }
    }

    func span(_ word: String) throws -> Span {
        let units: [(String, Int64)] = [("us", 1), ("ms", 1000), ("s", 1_000_000)]
        for (unit, micro) in units where word.hasSuffix(unit) {
            if let count = Int64(word.dropLast(unit.count)) { return .microseconds(count * micro) }
        }
        throw Unplayable(description: "'\(word)' is no length of time; write 20ms")
    }

    /// `n1`, `n2:witness`, `n3:observer`, `n4:0` (a priority).
    private func entry(_ word: String) -> (label: String, member: Member) {
        let parts = word.split(separator: ":").map(String.init)
        let index = UInt8(parts[0].drop { !$0.isNumber }) ?? 0
        var bytes = [UInt8](repeating: 0, count: PublicKey.length)
        bytes[0] = index
        let known = actor(parts[0])?.member.id
        let key = PublicKey(bytes) ?? .none
        var member = Member(id: known ?? NodeID(name: parts[0], key: key))
        for part in parts.dropFirst() {
            switch part {
            case "witness": member.role = .witness
            case "observer": member.role = .observer
            default: member.priority = UInt16(part) ?? member.priority
            }
        }
        return (parts[0], member)
    }

    private func found(_ words: [String]) throws {
        var labels: [String] = []
        for word in words {
            let pair = word.split(separator: "=").map(String.init)
            guard pair.count == 2 else {
                labels.append(word)
                continue
            }
            let time = UInt32(try span(pair[1]).millisecondsUp)
            if pair[0] == "lease" {
                settings.leaseMilliseconds = time
                settings.heartbeatMilliseconds = time / 5
            }
        }
        let list = InitialList(
            labels.map { InitialList.Entry(name: entry($0).label, addresses: []) }
        )
        for label in labels { try add(label, origin: .bootstrap(list)) }
    }

    /// A cluster that was founded a while ago: how is another story.
    private func founded(_ words: [String]) throws {
        try found(words)
        for actor in actors { start(actor) }
        advance(.milliseconds(200) - (now - .zero))
        lines = []
    }

    private func add(_ word: String, origin: Origin) throws {
        let (label, member) = entry(word)
        actors.append(
            Actor(
                label: label,
                member: member,
                origin: origin,
                ahead: .milliseconds(1_000_000 * (actors.count + 1))
            )
        )
    }

    private func rule(_ words: [String]) throws -> Rule {
        let ends = (words.first ?? "*>*").split(separator: ">").map(String.init)
        guard ends.count == 2 else {
            throw Unplayable(description: "'\(words.first ?? "")' is no way; write n1>n2 or n1>*")
        }
        return Rule(from: ends[0], to: ends[1], kind: words.dropFirst().first)
    }

    /// Takes letters out of the drawer, in the order in which they came in.
    private func take(_ words: [String], _ use: (Letter) -> Void) throws {
        let rule = try rule(words)
        let taken = drawer.filter { rule.matches($0) }
        drawer.removeAll { rule.matches($0) }
        if taken.isEmpty { throw Unplayable(description: "nothing of that is held back") }
        for letter in taken { use(letter) }
    }

    /// `partition n1 | n2 n3`: no letter crosses.
    private func partition(_ words: [String]) {
        let sides = words.split(separator: "|").map(Array.init)
        for (at, side) in sides.enumerated() {
            for (other, far) in sides.enumerated() where other != at {
                for from in side {
                    for to in far { cuts.append(Rule(from: from, to: to, kind: nil)) }
                }
            }
        }
    }

    /// The process dies; a write under way never was.
    func crash(_ actor: Actor) {
        actor.die()
        note("\(actor.label) is killed")
    }

    private func leave(_ words: [String]) throws {
        guard words.count == 2, let actor = try named([words[0]]).first else {
            throw Unplayable(description: "write: leave n1 3s")
        }
        actor.isRestarting = true
        step(actor, .asked(.restart(grace: try span(words[1]))))
    }

    private func resume(_ actor: Actor) {
        actor.isPaused = false
        note("\(actor.label) goes on, " + (actor.leads(now) ? "leading" : "not leading"))
        if let deadline = actor.replica?.deadline, deadline <= actor.clock(now) {
            step(actor, .deadline)
        }
        let inbox = actor.inbox
        actor.inbox = []
        for letter in inbox { arrive(letter) }
    }

    private func ask(_ words: [String]) throws {
        guard words.count >= 2, let actor = try named([words[0]]).first else {
            throw Unplayable(description: "write: ask n1 transfer n2")
        }
        requests += 1
        let id = RequestID(requests)
        if words[1] == "members" {
            let members = words.dropFirst(2).map { entry($0).member }
            return step(actor, .asked(.members(members, id: id)))
        }
        let force = words.last == "--force"
        let command = try command(Array(words.dropFirst().dropLast(force ? 1 : 0)))
        step(actor, .asked(.command(command, force: force, id: id)))
    }

    /// `release n1 n2 1-2`: from their next start they run a release that speaks these versions.
    private func release(_ words: [String]) throws {
        let ends = (words.last ?? "").split(separator: "-").compactMap { UInt8($0) }
        guard ends.count == 2, ends[0] <= ends[1] else {
            throw Unplayable(description: "write: release n1 n2 1-2")
        }
        for actor in try named(words.dropLast()) { actor.versions = ends[0]...ends[1] }
    }

    /// Programs of this host hold its leadership, or have let go.
    private func held(_ actor: Actor, _ isHeld: Bool) {
        actor.isHeld = isHeld
        note("\(actor.label)'s programs " + (isHeld ? "hold its leadership" : "have let go"))
        step(actor, .asked(.held(isHeld)))
    }

    /// `located n1 n3 10.0.0.9:7377`: n1's shell finds that n3 sends from there. Without an address:
    /// from where the decree says, again.
    private func located(_ words: [String]) throws {
        guard (2...3).contains(words.count), let actor = try named([words[0]]).first,
            let other = try named([words[1]]).first
        else { throw Unplayable(description: "write: located n1 n3 10.0.0.9:7377") }
        step(actor, .located(other.member.id, address: words.count == 3 ? words[2] : nil))
    }

    /// `unreachable n2 n1`: n2's kernel says that nobody listens at n1's port.
    private func unreachable(_ words: [String]) throws {
        guard words.count == 2, let actor = try named([words[0]]).first,
            let other = try named([words[1]]).first
        else { throw Unplayable(description: "write: unreachable n2 n1") }
        step(actor, .unreachable(other.member.id))
    }
}
