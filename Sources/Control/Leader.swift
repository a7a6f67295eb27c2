// SPDX-License-Identifier: Apache-2.0

/// What a host answers when it is asked who leads.
public enum Role: String, CaseIterable, Hashable, Sendable, Decodable {
    /// This host leads, until the end of its lease.
    case leader
    /// Another host leads, as far as is known.
    case follower
    /// Neither can be said now. Whoever hears it acts as if this host did not lead.
    case unsure
}

/// The answer to GetLeader and WaitLeader: who leads, under which epoch, and how long that stands.
public struct LeaderReply: Hashable, Sendable, Decodable {
    /// This host's answer.
    public var role: Role
    /// The leader's name; nil while unsure.
    public var leader: String?
    /// Where the leader is reached, `host:port`; nil while unsure.
    public var leaderAddress: String?
    /// What the leader's host says about itself.
    public var leaderLabels: Labels
    /// The fencing token.
    public var epoch: UInt64
    /// The slot of the newest decree on disk.
    public var decree: UInt64
    /// The boot in which the deadline counts, as the kernel writes it.
    public var bootID: String
    /// The end of validity on `CLOCK_BOOTTIME`, in nanoseconds; 0 while unsure. For `leader` it is a
    /// promise, for `follower` a hint.
    public var validUntil: UInt64

    /// Makes an answer.
    public init(
        role: Role,
        leader: String? = nil,
        leaderAddress: String? = nil,
        leaderLabels: Labels = Labels(),
        epoch: UInt64,
        decree: UInt64,
        bootID: String,
        validUntil: UInt64
    ) {
        self.role = role
        self.leader = leader
        self.leaderAddress = leaderAddress
        self.leaderLabels = leaderLabels
        self.epoch = epoch
        self.decree = decree
        self.bootID = bootID
        self.validUntil = validUntil
    }

    private enum CodingKeys: String, CodingKey {
        case role, leader, epoch, decree
        case leaderAddress = "leader_address"
        case leaderLabels = "leader_labels"
        case bootID = "boot_id"
        case validUntil = "valid_until_boottime_ns"
    }
}

extension LeaderReply {
    /// The answer as it stands at a later moment: what has ended is `unsure`.
    ///
    /// - Parameter now: `CLOCK_BOOTTIME` in nanoseconds, in the boot of the answer.
    public func role(at now: UInt64) -> Role {
        now < validUntil ? role : .unsure
    }
}

extension LeaderReply: JSONWritable {
    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("role", role.rawValue)
            writer.field("leader", leader)
            writer.field("leader_address", leaderAddress)
            writer.field("leader_labels", leaderLabels)
            writer.field("epoch", epoch)
            writer.field("decree", decree)
            writer.field("boot_id", bootID)
            writer.field("valid_until_boottime_ns", validUntil)
        }
    }
}
