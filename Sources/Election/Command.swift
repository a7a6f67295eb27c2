// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// What can be asked of the leader. It is carried out by a decree or not at all.
public enum Command: Hashable, Sendable {
    /// Another leader: this one, or whoever comes next (R18).
    case transfer(to: String?)
    /// Other members: the whole new list (R21, R22; section 4, hazard 7).
    case members([Member], cause: Cause)
}

/// What came of a command.
public enum Outcome: Hashable, Sendable {
    /// Done, by the decree of this slot.
    case done(slot: Slot)
    /// Not done, and why: a sentence that says what to do.
    case refused(String)
    /// This host does not lead and knows of nobody who does.
    case noLeader
}
