// SPDX-License-Identifier: Apache-2.0

import Paxos

/// A command that this leader is to carry out.
struct Order: Hashable, Sendable {
    let id: RequestID
    let command: Command
    let from: NodeID
    /// Whether it may leave no spare voter.
    var force = false
    /// Until when it waits for what may come by itself: a voter that has yet to report the newest
    /// decree.
    var patience = Instant.zero
    /// It hands leadership over, and waits until this host's programs have let go.
    var waitsForHolders = false
    /// Made by this replica for its own stop.
    var isStop = false
    /// The members as they are to be, in place of what the command says.
    var members: [Member]?
}

/// Why a command is not carried out: a sentence that says what to do.
struct Refused: Error {
    let sentence: String
    /// Whether a moment's patience may help.
    var mayPass = false

    init(_ sentence: String, mayPass: Bool = false) {
        (self.sentence, self.mayPass) = (sentence, mayPass)
    }
}
