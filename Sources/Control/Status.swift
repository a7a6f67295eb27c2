// SPDX-License-Identifier: Apache-2.0

/// Everything a host knows: the reply of GetStatus and the contents of `status.json`.
public struct Status: Hashable, Sendable, Decodable {
    /// How many voters there are, and how many are heard from.
    public struct Quorum: Hashable, Sendable, Decodable {
        /// The size of a majority.
        public var needed: Int
        /// Voters that this host hears from, itself included if it is one.
        public var reachable: Int
        /// All voters.
        public var voters: Int

        /// Makes a quorum.
        public init(needed: Int, reachable: Int, voters: Int) {
            self.needed = needed
            self.reachable = reachable
            self.voters = voters
        }
    }

    /// The version of this object; it grows when a key changes its meaning or goes.
    public var schema = 1
    /// The version of electd.
    public var version: String
    /// The name of the cluster.
    public var cluster: String
    /// 32 hexadecimal digits; empty before genesis.
    public var clusterID: String
    /// This host's name.
    public var selfName: String
    /// Who leads, and how long that stands.
    public var answer: LeaderReply
    /// The number of the newest event of this run.
    public var sequence: UInt64
    /// Since when role and leader are what they are, for people: `2026-11-21T01:20:01Z`.
    public var since: String
    /// The same on `CLOCK_BOOTTIME`, in nanoseconds, for programs.
    public var sinceBoottime: UInt64
    /// The voters.
    public var quorum: Quorum
    /// In the order of the decree.
    public var members: [Member]
    /// Until when nobody but the present leader stands, on `CLOCK_BOOTTIME` in nanoseconds by this
    /// host's count; 0 if there is no pause.
    public var pausedUntil: UInt64
    /// A fixed word for why the answer is what it is, such as `expired`.
    public var cause: String
    /// The same as a sentence.
    public var text: String

    /// Makes a status.
    public init(
        version: String,
        cluster: String,
        clusterID: String,
        selfName: String,
        answer: LeaderReply,
        sequence: UInt64,
        since: String,
        sinceBoottime: UInt64,
        quorum: Quorum,
        members: [Member],
        pausedUntil: UInt64 = 0,
        cause: String,
        text: String
    ) {
        self.version = version
        self.cluster = cluster
        self.clusterID = clusterID
        self.selfName = selfName
        self.answer = answer
        self.sequence = sequence
        self.since = since
        self.sinceBoottime = sinceBoottime
        self.quorum = quorum
        self.members = members
        self.pausedUntil = pausedUntil
        self.cause = cause
        self.text = text
    }

    /// Reads the flat object of the IDL.
    public init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        schema = try object.decode(Int.self, forKey: .schema)
        version = try object.decode(String.self, forKey: .version)
        cluster = try object.decode(String.self, forKey: .cluster)
        clusterID = try object.decode(String.self, forKey: .clusterID)
        selfName = try object.decode(String.self, forKey: .selfName)
        answer = try LeaderReply(from: decoder)
        sequence = try object.decode(UInt64.self, forKey: .sequence)
        since = try object.decode(String.self, forKey: .since)
        sinceBoottime = try object.decode(UInt64.self, forKey: .sinceBoottime)
        quorum = try object.decode(Quorum.self, forKey: .quorum)
        members = try object.decode([Member].self, forKey: .members)
        pausedUntil = try object.decode(UInt64.self, forKey: .pausedUntil)
        cause = try object.decode(String.self, forKey: .cause)
        text = try object.decode(String.self, forKey: .text)
    }

    private enum CodingKeys: String, CodingKey {
        case schema, version, cluster, since, quorum, members, cause, text
        case clusterID = "cluster_id"
        case selfName = "self"
        case sequence = "seq"
        case sinceBoottime = "since_boottime_ns"
        case pausedUntil = "paused_until_boottime_ns"
    }
}

extension Status: JSONWritable {
    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("schema", schema)
            writer.field("version", version)
            writer.field("cluster", cluster)
            writer.field("cluster_id", clusterID)
            writer.field("self", selfName)
            writer.field("role", answer.role.rawValue)
            writer.field("leader", answer.leader)
            writer.field("leader_address", answer.leaderAddress)
            writer.field("leader_labels", answer.leaderLabels)
            writer.field("epoch", answer.epoch)
            writer.field("decree", answer.decree)
            writer.field("seq", sequence)
            writer.field("since", since)
            writer.field("since_boottime_ns", sinceBoottime)
            writer.field("boot_id", answer.bootID)
            writer.field("valid_until_boottime_ns", moment: answer.validUntil)
            writer.field("quorum") { writer in
                writer.object { writer in
                    writer.field("needed", quorum.needed)
                    writer.field("reachable", quorum.reachable)
                    writer.field("voters", quorum.voters)
                }
            }
            writer.field("members") { writer in
                writer.array(members) { $1.write(to: &$0) }
            }
            writer.field("paused_until_boottime_ns", pausedUntil)
            writer.field("cause", cause)
            writer.field("text", text)
        }
    }
}
