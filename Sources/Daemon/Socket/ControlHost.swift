// SPDX-License-Identifier: Apache-2.0

// What the socket's side asks of the election's side. A test answers in the daemon's place.

internal import Control
internal import Election

/// Who knows the answers.
protocol ControlHost: AnyObject {
    /// Who leads, at this moment.
    func leader(at now: Instant) -> LeaderReply

    /// The same as a whole Varlink reply; the daemon keeps it until the answer is another.
    func leaderBytes(at now: Instant) -> [UInt8]

    /// Everything.
    func status(at now: Instant) -> Status

    /// This host's name.
    var name: String { get }

    /// The newest decrees, so many at most, as a whole Varlink reply.
    func historyBytes(limit: Int) -> [UInt8]

    /// The members with all that is known of them.
    func members(at now: Instant) -> MembersReply

    /// How long things take at worst.
    func timing(at now: Instant) -> TimingReply

    /// Begins to measure the ways between all members. Returns when that is over.
    func beginMeasuring(at now: Instant) -> Instant

    /// What came of it.
    func measured(at now: Instant) -> MeasureReply

    /// The number of the newest event.
    var sequence: UInt64 { get }

    /// Whether leadership is about to be handed over, or given up.
    var handsOver: Bool { get }

    /// How long a hand-over waits for the programs that hold the leadership.
    var holdLimit: Span { get }

    /// Whether programs of this host hold its leadership now.
    func held(_ isHeld: Bool)

    /// Something that the operator should know.
    func remark(_ text: String)

    /// A number that no other request has.
    func makeRequestID() -> RequestID

    /// Passes a command on. What comes of it is told later, or before this returns.
    func ask(_ command: Command, force: Bool, id: RequestID)
}
