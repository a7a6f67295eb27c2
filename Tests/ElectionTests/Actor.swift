// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// One host of a story: a disk, a page, a clock of its own, and perhaps a process.
final class Actor {
    /// How the story calls it; a copy of a disk has another name than its identity.
    let label: String
    var member: Member
    /// What is on its disk.
    var record: Record
    /// An older image of the disk.
    var image: Record?
    /// Its clock is ahead of the story's by this much.
    let ahead: Span

    var replica: Replica<QuickDigest>?
    var run: UInt64 = 0
    var writing: Record?
    var writeDue = Instant.never
    var disk = Disk.good
    var held: [(after: RecordID, act: Act)] = []
    var page = Answer.unsure
    /// Stands still: what comes waits.
    var isPaused = false
    var inbox: [Letter] = []
    /// Its process ends, with its page left as it is, as soon as it may.
    var isRestarting = false
    /// The protocol versions that its release speaks.
    var versions = ProtocolVersion.supported
    /// Its programs hold its leadership, and were asked to let go.
    var isHeld = false
    var isAsked = false

    enum Disk: String {
        case good, slow, failing
    }

    enum Act {
        case send(Envelope)
        case tell(Event)
    }

    init(label: String, member: Member, origin: Origin, ahead: Span) {
        (self.label, self.member, self.ahead) = (label, member, ahead)
        record = Record(node: member.id, origin: origin)
    }

    /// What this host's clock shows.
    func clock(_ now: Instant) -> Instant { now + ahead }

    /// The story's time of an instant on this host's clock.
    func story(_ instant: Instant) -> Instant {
        instant == .never ? .never : Instant(nanoseconds: (instant - ahead.end).nanoseconds)
    }

    /// Whether an application on this host believes that it leads.
    func leads(_ now: Instant) -> Bool {
        page.standing == .leader && page.validUntil > clock(now)
    }

    /// The process is gone. The page stays, for it is no part of the process.
    func die() {
        replica = nil
        (writing, writeDue) = (nil, .never)
        (held, inbox, isPaused, isRestarting) = ([], [], false, false)
    }
}

/// A message on its way.
struct Letter {
    let from: Actor
    let to: Actor
    let fromRun: UInt64
    let toRun: UInt64
    /// When the receiver's end of the session was begun.
    let session: Instant
    let message: Message
    let attempt: Int
    var due: Instant

    var text: String {
        "\(from.label) -> \(to.label) \(message)" + (attempt > 0 ? " (again)" : "")
    }

    /// The first word of the message: how a story names its kind.
    var kind: String { String(message.description.prefix { $0 != " " && $0 != ":" }) }
}

extension Span {
    /// The instant at which this much has passed since zero.
    fileprivate var end: Instant { Instant(nanoseconds: nanoseconds) }
}
