// SPDX-License-Identifier: Apache-2.0

public import Election
public import Paxos

// What hosts ask each other for `electctl doctor`, and no election ever hears: how long is the way
// between us, and how fast does your clock run?
//
//      doctor's host ── Probe (prompts) ──▶ everybody       each prompted host probes all others
//                    ◀── ProbeReply ──────                  and says next time what it has measured
//
// They go over the same sessions as messages do. A host of an older release counts them as unknown.

/// "How far is it, and what does your clock say?"
public struct Probe: Hashable, Sendable {
    /// The asker's clock, read before sending; it means nothing to anybody else.
    public var sentAt: Instant
    /// The receiver is to measure the ways to all other members, too.
    public var prompts: Bool

    /// A question.
    public init(sentAt: Instant, prompts: Bool) {
        self.sentAt = sentAt
        self.prompts = prompts
    }
}

/// The answer to a probe, at once.
public struct ProbeReply: Hashable, Sendable {
    /// The probe's own time, given back.
    public var sentAt: Instant
    /// The clock of who answers.
    public var clock: Instant
    /// The release of who answers.
    public var release: String
    /// The members that have lately answered the sender's own probes.
    public var trips: [Trip]

    /// How long the way to a member and back has taken.
    public struct Trip: Hashable, Sendable {
        /// To whom.
        public var node: NodeID
        /// The shortest that was measured lately.
        public var span: Span

        /// A measurement.
        public init(node: NodeID, span: Span) {
            self.node = node
            self.span = span
        }
    }

    /// A release has at most so many bytes.
    public static let releaseLimit = 63

    /// An answer.
    public init(sentAt: Instant, clock: Instant, release: String, trips: [Trip]) {
        self.sentAt = sentAt
        self.clock = clock
        self.release = release
        self.trips = trips
    }
}

/// The second byte of what is no message of the election. The numbers are for ever, in one row with
/// those of `MessageKind`.
enum ProbeKind: UInt8 {
    case probe = 17
    case probeReply = 18
}

extension Probe {
    /// The bytes that go to a peer.
    public var encoded: [UInt8] {
        whole(.probe) { row in
            row.put(Tag.sentAt, sentAt)
            row.put(Tag.prompts, prompts)
        }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        sentAt = try row.instant(Tag.sentAt)
        prompts = try row.flag(Tag.prompts)
    }
}

extension ProbeReply {
    /// The bytes that go to a peer.
    public var encoded: [UInt8] {
        invariant(trips.count <= ClusterState.memberLimit, "\(trips.count) trips")
        return whole(.probeReply) { row in
            row.put(Tag.sentAt, sentAt)
            row.put(Tag.clock, clock)
            row.put(Tag.release, release)
            for trip in trips {
                row.put(Tag.trip, number: UInt64(max(0, trip.span.nanoseconds)), of: trip.node)
            }
        }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        sentAt = try row.instant(Tag.sentAt)
        clock = try row.instant(Tag.clock)
        release = try row.text(ifAny: Tag.release, atMost: Self.releaseLimit) ?? ""
        trips = try row.list(Tag.trip, atMost: ClusterState.memberLimit) {
            field throws(FieldError) in
            let (number, node) = try field.numberOfNode()
            return Trip(node: node, span: Span(nanoseconds: Int64(number)))
        }
    }
}

private func whole(_ kind: ProbeKind, _ fields: (inout FieldWriter) -> Void) -> [UInt8] {
    // In the oldest version that is spoken here, so that whoever talks with us at all can read it.
    var writer = FieldWriter(after: [WireVersion.supported.lowerBound], capacity: 64)
    writer.put(kind.rawValue, fields)
    return writer.bytes
}
