// SPDX-License-Identifier: Apache-2.0

/// What can be asked of electd. A new method is a line in the IDL, a case here, a line in
/// `Request.method` and one in `CallDecoder`.
public enum Request: Hashable, Sendable {
    /// Who leads?
    case getLeader
    /// Everything this host knows.
    case getStatus
    /// Wait until there is the leader that is wanted.
    case waitLeader(WaitLeader)
    /// The status now and after each event.
    case watch
    /// Hold the leadership of this host for as long as the connection lasts.
    case hold
    /// Hand leadership over.
    case transfer(Transfer)
    /// The newest decrees, so many at most; all there are if nil.
    case getHistory(limit: UInt64?)
    /// The members with all that is known of them.
    case listMembers
    /// How long things take at worst.
    case getTiming
    /// How far the members are from one another, measured now.
    case measure
    /// Make something different.
    case change(ChangeRequest)
    /// Who made this service?
    case getInfo
    /// The text of an interface.
    case getInterfaceDescription(interface: String)

    /// The name on the socket, and what the daemon has to know of a method before it serves it.
    public var method: Method {
        switch self {
        case .getLeader: .getLeader
        case .getStatus: .getStatus
        case .waitLeader: .waitLeader
        case .watch: .watch
        case .hold: .hold
        case .transfer: .transfer
        case .getHistory: .getHistory
        case .listMembers: .listMembers
        case .getTiming: .getTiming
        case .measure: .measure
        case .change(let asked): asked.change.method
        case .getInfo: .getInfo
        case .getInterfaceDescription: .getInterfaceDescription
        }
    }
}

/// The methods by name.
public enum Method: String, CaseIterable, Hashable, Sendable {
    /// See the IDL, as for all of these.
    case getLeader = "io.electd.GetLeader"
    /// Everything this host knows.
    case getStatus = "io.electd.GetStatus"
    /// Waits for a leader.
    case waitLeader = "io.electd.WaitLeader"
    /// A stream of events.
    case watch = "io.electd.Watch"
    /// A claim on the leadership of this host.
    case hold = "io.electd.Hold"
    /// Hands leadership over.
    case transfer = "io.electd.Transfer"
    /// The newest decrees.
    case getHistory = "io.electd.GetHistory"
    /// The members with all that is known of them.
    case listMembers = "io.electd.ListMembers"
    /// How long things take at worst.
    case getTiming = "io.electd.GetTiming"
    /// The ways between all members.
    case measure = "io.electd.Measure"
    /// Lets a host join.
    case addMember = "io.electd.AddMember"
    /// Ends a membership.
    case removeMember = "io.electd.RemoveMember"
    /// Lets one member take the place of another.
    case replaceMember = "io.electd.ReplaceMember"
    /// Changes a member's entry.
    case setMember = "io.electd.SetMember"
    /// Keeps a member from leading.
    case drain = "io.electd.Drain"
    /// Lets it lead again.
    case undrain = "io.electd.Undrain"
    /// Keeps leadership where it is, for a while.
    case pause = "io.electd.Pause"
    /// Ends that.
    case resume = "io.electd.Resume"
    /// Changes what the cluster agrees on.
    case set = "io.electd.Set"
    /// Of `org.varlink.service`.
    case getInfo = "org.varlink.service.GetInfo"
    /// Of `org.varlink.service`.
    case getInterfaceDescription = "org.varlink.service.GetInterfaceDescription"

    /// Whether it answers with a stream and so must be called with `more`.
    public var streams: Bool { self == .watch || self == .hold }
}

extension Change {
    /// The method that asks for it.
    var method: Method {
        switch self {
        case .addMember: .addMember
        case .removeMember: .removeMember
        case .replaceMember: .replaceMember
        case .setMember: .setMember
        case .drain: .drain
        case .undrain: .undrain
        case .pause: .pause
        case .resume: .resume
        case .set: .set
        }
    }
}

/// Hands leadership to a member.
public struct Transfer: Hashable, Sendable {
    /// The next leader; the best one there is if nil.
    public var to: String?
    /// How long the caller wants to wait, in milliseconds; 0 or nil for as long as it takes.
    public var timeoutMilliseconds: UInt64?

    /// Makes a request.
    public init(to: String? = nil, timeoutMilliseconds: UInt64? = nil) {
        self.to = to
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}

extension Request: JSONWritable {
    /// Writes the parameters. What is nil is left out.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .getLeader, .getStatus, .watch, .hold, .listMembers, .getTiming, .measure,
                .getInfo:
                break
            case .getHistory(let limit):
                if let limit { writer.field("limit", limit) }
            case .change(let asked): asked.writeFields(to: &writer)
            case .waitLeader(let wait): wait.writeFields(to: &writer)
            case .transfer(let transfer):
                if let to = transfer.to { writer.field("to", to) }
                if let timeout = transfer.timeoutMilliseconds {
                    writer.field("timeout_ms", timeout)
                }
            case .getInterfaceDescription(let interface): writer.field("interface", interface)
            }
        }
    }
}
