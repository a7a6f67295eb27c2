// SPDX-License-Identifier: Apache-2.0

// A command that a member passes on to the leader, and what came of it.

/// A command that a member passes on to the leader.
public struct Ask: Hashable, Sendable {
    /// Known by this, so that asking twice does it once.
    public var id: RequestID
    /// What is asked for.
    public var command: Command
    /// Whether a change is wanted that leaves no spare voter.
    public var force: Bool

    /// A command on its way.
    public init(id: RequestID, command: Command, force: Bool = false) {
        self.id = id
        self.command = command
        self.force = force
    }
}

/// What came of a command.
public struct AskAnswer: Hashable, Sendable {
    /// Which command.
    public var id: RequestID
    /// What came of it.
    public var outcome: Outcome

    /// An answer.
    public init(id: RequestID, outcome: Outcome) {
        self.id = id
        self.outcome = outcome
    }
}
