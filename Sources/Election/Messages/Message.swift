// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// What one replica says to another.
///
/// The sender is whoever the session authenticated, never a field (R2). Every message carries the
/// sender's cluster and slot: that alone tells a laggard from a stranger.
public struct Message: Hashable, Sendable {
    /// The sender's cluster; nil on a host that has no decree.
    public var cluster: ClusterID?
    /// The slot of the newest decree that the sender knows, 0 if none.
    public var slot: Slot
    /// What it says.
    public var body: Body

    /// A message by its parts.
    public init(cluster: ClusterID?, slot: Slot, body: Body) {
        self.cluster = cluster
        self.slot = slot
        self.body = body
    }

    /// The kinds of message: PROTOCOL's table, row by row.
    public enum Body: Hashable, Sendable {
        /// First message of a session, each way.
        case hello(Hello)
        /// "Would you serve me?" Writes nothing, proves nothing (R19).
        case canvass(Canvass)
        /// The answer to it.
        indirect case canvassReply(CanvassReply)
        /// Phase 1a.
        case prepare(PrepareRequest)
        /// Phase 1b.
        indirect case promise(PromiseReply)
        /// Phase 2a, and a heartbeat of the slot before.
        case accept(AcceptRequest)
        /// Phase 2b.
        case accepted(AcceptedReply)
        /// The leader renews.
        case heartbeat(Heartbeat)
        /// A grant, or an observer's sign of life.
        case ack(Ack)
        /// The leader lets go.
        case release(Release)
        /// The newest decree, to whoever shows a lower slot.
        case decided(Decree)
        /// No, and why.
        case refuse(Refusal)
        /// A command for the leader.
        case ask(Ask)
        /// What came of it.
        case answer(AskAnswer)
        /// "Let me in."
        case join(Join)
        /// Not by me, not yet, or not at all.
        case joinAnswer(JoinAnswer)
    }
}
