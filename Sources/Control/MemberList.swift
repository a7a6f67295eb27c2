// SPDX-License-Identifier: Apache-2.0

/// A member with all that is known of it, for who looks after the cluster.
public struct MemberDetail: Hashable, Sendable, Decodable, JSONWritable {
    /// As it stands in the status.
    public var member: Member
    /// The smoothed round trip to it, in nanoseconds; nil where none was measured. The leader
    /// measures.
    public var roundTrip: UInt64?
    /// The first hexadecimal digits of its public key: a host that came back with a new identity
    /// has others.
    public var identity: String

    /// Makes one.
    public init(member: Member, roundTrip: UInt64?, identity: String) {
        self.member = member
        self.roundTrip = roundTrip
        self.identity = identity
    }

    /// Reads the flat object of the IDL.
    public init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        member = try Member(from: decoder)
        roundTrip = try object.decodeIfPresent(UInt64.self, forKey: .roundTrip)
        identity = try object.decode(String.self, forKey: .identity)
    }

    private enum CodingKeys: String, CodingKey {
        case identity
        case roundTrip = "round_trip_ns"
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            member.writeFields(to: &writer)
            writer.field("round_trip_ns") { writer in
                if let roundTrip { writer.integer(roundTrip) } else { writer.null() }
            }
            writer.field("identity", identity)
        }
    }
}

/// A host that may join and has not come yet.
public struct AnnouncedHost: Hashable, Sendable, Decodable, JSONWritable {
    /// Its name.
    public var name: String
    /// What it is to be.
    public var role: MemberRole

    /// Makes one.
    public init(name: String, role: MemberRole) {
        self.name = name
        self.role = role
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", name)
            writer.field("role", role.rawValue)
        }
    }
}

/// The reply of ListMembers.
public struct MembersReply: Hashable, Sendable, Decodable, JSONWritable {
    /// The slot of the decree that says so.
    public var decree: UInt64
    /// In the order of the decree.
    public var members: [MemberDetail]
    /// Who may join and has not come yet.
    public var announced: [AnnouncedHost]
    /// How long the pause that is on lasts yet, in milliseconds; nil if none is on.
    public var pauseLeft: UInt64?

    /// Makes a reply.
    public init(
        decree: UInt64,
        members: [MemberDetail],
        announced: [AnnouncedHost],
        pauseLeft: UInt64? = nil
    ) {
        self.decree = decree
        self.members = members
        self.announced = announced
        self.pauseLeft = pauseLeft
    }

    private enum CodingKeys: String, CodingKey {
        case decree, members, announced
        case pauseLeft = "pause_left_ms"
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("decree", decree)
            writer.field("members") { writer in
                writer.array(members) { $1.write(to: &$0) }
            }
            writer.field("announced") { writer in
                writer.array(announced) { $1.write(to: &$0) }
            }
            writer.field("pause_left_ms") { writer in
                if let pauseLeft { writer.integer(pauseLeft) } else { writer.null() }
            }
        }
    }
}
