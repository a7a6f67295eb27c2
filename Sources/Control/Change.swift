// SPDX-License-Identifier: Apache-2.0

/// What can be asked to be different. Each is done by one decree, or refused with a sentence.
public enum Change: Hashable, Sendable {
    /// A host of this name may join, as this.
    case addMember(name: String, role: MemberRole)
    /// A member is one no more.
    case removeMember(name: String)
    /// The member `by` takes the place of `name`.
    case replaceMember(name: String, by: String)
    /// A member's entry.
    case setMember(name: String, MemberSettings)
    /// A member gives up leadership and takes none; this host if no name is given.
    case drain(name: String?)
    /// It may lead again.
    case undrain(name: String?)
    /// For this many milliseconds nobody but the present leader stands.
    case pause(milliseconds: UInt64)
    /// The pause is over.
    case resume
    /// What the cluster agrees on.
    case set(ClusterSettings)
}

/// What is to change in a member's entry; nil is "as it is".
public struct MemberSettings: Hashable, Sendable {
    /// What a priority can be, as in electd.conf.
    public static let priorities: ClosedRange<Int64> = 0...1000

    /// What it does.
    public var role: MemberRole?
    /// Who is preferred as the leader, one of `priorities`; 0 never leads.
    public var priority: UInt16?
    /// All its addresses, one at least.
    public var addresses: [String]?
    /// All its labels.
    public var labels: Labels?

    /// A change of nothing: set what is to change.
    public init() {}
}

/// Who may join.
public enum JoinRule: String, CaseIterable, Hashable, Sendable, Decodable {
    /// Whoever has the cluster key.
    case open
    /// Only a host that was added before.
    case approve
}

/// What is to change in what the cluster agrees on; nil is "as it is".
public struct ClusterSettings: Hashable, Sendable {
    /// The lease, in milliseconds.
    public var lease: UInt32?
    /// The time between two heartbeats, in milliseconds.
    public var heartbeat: UInt32?
    /// The drift bound, in parts per million.
    public var drift: UInt32?
    /// Whether an observer that asked for a vote gets it by itself.
    public var autoPromote: Bool?
    /// Whether a host that lost its disk takes its old place by itself.
    public var autoReplace: Bool?
    /// How many voters promotion by itself makes at most.
    public var maxVoters: UInt8?
    /// After which silence a member is down, in milliseconds; 0 is the default.
    public var downAfter: UInt32?
    /// Who may join.
    public var admission: JoinRule?
    /// After how long a better candidate takes over, in milliseconds; 0 is never.
    public var preemptAfter: UInt32?
    /// The version of the protocol that the cluster speaks.
    public var protocolVersion: UInt8?

    /// A change of nothing: set what is to change.
    public init() {}
}

/// A change, and how it is asked for.
public struct ChangeRequest: Hashable, Sendable {
    /// What is to be different.
    public var change: Change
    /// Also if it leaves no voter to spare. It is never made if it leaves no majority.
    public var force: Bool
    /// How long the caller wants to wait, in milliseconds; 0 or nil for as long as it takes.
    public var timeoutMilliseconds: UInt64?

    /// Makes a request.
    public init(_ change: Change, force: Bool = false, timeoutMilliseconds: UInt64? = nil) {
        self.change = change
        self.force = force
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    func writeFields(to writer: inout JSONWriter) {
        switch change {
        case .addMember(let name, let role):
            writer.field("name", name)
            writer.field("role", role.rawValue)
        case .removeMember(let name):
            writer.field("name", name)
        case .replaceMember(let name, let other):
            writer.field("name", name)
            writer.field("by", other)
        case .setMember(let name, let settings):
            writer.field("name", name)
            settings.writeFields(to: &writer)
        case .drain(let name), .undrain(let name):
            if let name { writer.field("name", name) }
        case .pause(let milliseconds): writer.field("duration_ms", milliseconds)
        case .resume: break
        case .set(let settings): settings.writeFields(to: &writer)
        }
        if force { writer.field("force", true) }
        if let timeoutMilliseconds { writer.field("timeout_ms", timeoutMilliseconds) }
    }
}

extension MemberSettings {
    func writeFields(to writer: inout JSONWriter) {
        if let role { writer.field("role", role.rawValue) }
        if let priority { writer.field("priority", priority) }
        if let addresses {
            writer.field("addresses") { writer in writer.array(addresses) { $0.string($1) } }
        }
        if let labels { writer.field("labels", labels) }
    }
}

extension ClusterSettings {
    func writeFields(to writer: inout JSONWriter) {
        if let lease { writer.field("lease_ms", lease) }
        if let heartbeat { writer.field("heartbeat_ms", heartbeat) }
        if let drift { writer.field("drift_ppm", drift) }
        if let autoPromote { writer.field("auto_promote", autoPromote) }
        if let autoReplace { writer.field("auto_replace", autoReplace) }
        if let maxVoters { writer.field("max_voters", maxVoters) }
        if let downAfter { writer.field("down_after_ms", downAfter) }
        if let admission { writer.field("admission", admission.rawValue) }
        if let preemptAfter { writer.field("preempt_after_ms", preemptAfter) }
        if let protocolVersion { writer.field("protocol", protocolVersion) }
    }
}

/// The reply to every change: the decree is made.
public struct ChangeReply: Hashable, Sendable, Decodable, JSONWritable {
    /// The slot of the decree by which it holds.
    public var decree: UInt64
    /// The epoch that this host knows with it.
    public var epoch: UInt64

    /// Makes a reply.
    public init(decree: UInt64, epoch: UInt64) {
        self.decree = decree
        self.epoch = epoch
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("decree", decree)
            writer.field("epoch", epoch)
        }
    }
}
