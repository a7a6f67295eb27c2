// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What becomes of disks, and whose they are: the words by which a story loses, copies and doubles them.

extension Stage {
    /// `disk n1 slow`: no sync ends; `failing`: the next one fails; `good`: what waited ends.
    func disk(_ words: [String]) throws {
        guard words.count == 2, let disk = Actor.Disk(rawValue: words[1]),
            let actor = try named([words[0]]).first
        else { throw Unplayable(description: "write: disk n1 good, slow or failing") }
        actor.disk = disk
        if disk != .slow, actor.writing != nil { actor.writeDue = now + Self.sync }
    }

    /// The disk is lost: the process is gone, and what starts next is a new identity.
    func wipe(_ actor: Actor) {
        if actor.replica != nil { crash(actor) }
        note("\(actor.label) loses its disk")
        let old = actor.member.id
        var bytes = old.key.bytes
        bytes[1] += 1
        actor.member.id = NodeID(name: old.name, key: PublicKey(bytes) ?? .none)
        actor.record = Record(node: actor.member.id, origin: .join)
        actor.page = .unsure
    }

    /// `copy n3 n9`: another host runs on a copy of n3's state directory.
    func copy(_ words: [String]) throws {
        guard words.count == 2, let from = try named([words[0]]).first else {
            throw Unplayable(description: "write: copy n3 n9")
        }
        let copy = Actor(
            label: words[1],
            member: from.member,
            origin: from.record.origin,
            ahead: .milliseconds(1_000_000 * (actors.count + 1))
        )
        copy.record = from.record
        actors.append(copy)
    }

    /// `namesake n3 x3`: a host x3 that calls itself n3, and never was a member.
    func namesake(_ words: [String]) throws {
        guard words.count == 2, let other = try named([words[0]]).first else {
            throw Unplayable(description: "write: namesake n3 x3")
        }
        var bytes = other.member.id.key.bytes
        bytes[1] += 0x80
        let id = NodeID(name: other.member.id.name, key: PublicKey(bytes) ?? .none)
        let ahead = Span.milliseconds(1_000_000 * (actors.count + 1))
        actors.append(
            Actor(label: words[1], member: Member(id: id), origin: .join, ahead: ahead)
        )
    }
}
