// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Simulator

/// One host on the stage: a disk, a page that applications read, and perhaps a process with a real
/// replica in it.
struct Host {
    let name: String
    var node: NodeID
    var member: Member
    var disk: Record
    var page = Answer.unsure
    var process: Process?
    /// How many processes have run here.
    var runs: UInt64 = 0

    /// A host with a new key, to which nothing has happened yet.
    init(_ name: String, number: Int, incarnation: UInt64 = 0, role: Role, origin: Origin) {
        self.name = name
        let key = PublicKey(words: (UInt64(number), incarnation, 0, 1))
        node = NodeID(name: name, key: key)
        member = Member(id: node, role: role, addresses: ["\(name):7377"])
        disk = Record(node: node, origin: origin)
    }

    /// What the host is, for its line.
    var line: Diagram.Line {
        guard let process else { return .down }
        if process.isPaused { return .paused }
        return switch page.standing {
        case .leader: .leads
        case .follower: .follows
        case .unsure: .unsure
        }
    }
}

/// A running process: the replica, and what its shell holds back for it.
struct Process {
    var replica: Replica<MixDigest>
    let run: UInt64
    var isPaused = false
    var writing: Record?
    /// What waits for the disk.
    var held: [Held] = []
    /// What came while it stood still.
    var inbox: [Input] = []

    enum Held {
        case message(Envelope)
        case event(Told)

        var after: RecordID? {
            switch self {
            case .message(let envelope): envelope.after
            case .event(let told): told.after
            }
        }
    }
}
