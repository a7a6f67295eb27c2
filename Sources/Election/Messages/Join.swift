// SPDX-License-Identifier: Apache-2.0

// A host that is no member asks to be one.

/// "Let me in." Only who is no member sends it, and only the leader has more to say to it than who
/// leads.
public struct Join: Hashable, Sendable {
    /// The sender's own entry; the role is the one that it asks for.
    public var member: Member
    /// The protocol versions that it speaks.
    public var versions: ClosedRange<UInt8>

    /// A wish to join.
    public init(member: Member, versions: ClosedRange<UInt8>) {
        self.member = member
        self.versions = versions
    }
}

/// What comes of it, other than a decree with the host in it.
public enum JoinAnswer: Hashable, Sendable {
    /// The one that was asked does not lead.
    case notLeader
    /// The host is sent heartbeats and watched: it is to take the place of the one that had its
    /// name.
    case watched
    /// Not let in, and why: a sentence that says what to do.
    case refused(String)
}
