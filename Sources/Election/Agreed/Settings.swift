// SPDX-License-Identifier: Apache-2.0

/// Who may join.
public enum Admission: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Whoever has the cluster key.
    case open = 1
    /// Only a host that was announced before.
    case approve = 2

    /// The word in `electctl set admission=`.
    public var description: String {
        switch self {
        case .open: "open"
        case .approve: "approve"
        }
    }
}

/// What the cluster agrees on: time, and what the leader does by itself. It is part of the decree;
/// a host's own file matters for the genesis only.
public struct Settings: Hashable, Sendable {
    /// How long a grant lasts, in milliseconds: 20 to 60,000.
    public var leaseMilliseconds: UInt32
    /// How often the leader renews, in milliseconds: at most a third of the lease.
    public var heartbeatMilliseconds: UInt32
    /// How far any clock's rate may be from true, in parts per million (rho of R15).
    public var driftPPM: UInt32

    // Policies. A decree that says nothing of one has the default.

    /// Whether an observer that asked for a vote gets it by itself.
    public var autoPromote = true
    /// Whether a host that came back with a new identity takes its old place by itself.
    public var autoReplace = true
    /// How many voters promotion by itself makes at most: 1 to 31.
    public var maxVoters: UInt8 = 7
    /// After which silence a member is `down`, in milliseconds; 0 is the larger of 2 s and 4 leases.
    public var downAfterMilliseconds: UInt32 = 0
    /// Who may join.
    public var admission = Admission.open
    /// After how long a better candidate takes over, in milliseconds; 0 is never.
    public var preemptAfterMilliseconds: UInt32 = 0
    /// The version of the protocol that the cluster speaks: every voter understands it.
    public var protocolVersion: UInt8 = 1

    /// 500 ms, 100 ms, 1000 ppm: DESIGN section 10.
    public init(
        leaseMilliseconds: UInt32 = 500,
        heartbeatMilliseconds: UInt32 = 100,
        driftPPM: UInt32 = 1000
    ) {
        self.leaseMilliseconds = leaseMilliseconds
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.driftPPM = driftPPM
    }

    /// The lease.
    public var lease: Span { .milliseconds(leaseMilliseconds) }
    /// The time between two heartbeats.
    public var heartbeat: Span { .milliseconds(heartbeatMilliseconds) }
    /// After which silence a member is `down` (DESIGN section 7).
    public var downAfter: Span {
        downAfterMilliseconds > 0
            ? .milliseconds(downAfterMilliseconds) : max(.milliseconds(2000), lease * 4)
    }
    /// After how long a better candidate takes over; nil is never.
    public var preemptAfter: Span? {
        preemptAfterMilliseconds > 0 ? .milliseconds(preemptAfterMilliseconds) : nil
    }

    /// No wait of the policies is longer than a day.
    public static let longestMilliseconds: UInt64 = 86_400_000

    /// What is wrong with these settings, as a sentence; nil where nothing is.
    public var objection: String? {
        guard (20...60_000).contains(leaseMilliseconds) else {
            return "a lease of \(leaseMilliseconds) ms is not between 20 ms and 60 s"
        }
        guard heartbeatMilliseconds >= 1, heartbeatMilliseconds <= leaseMilliseconds / 3 else {
            return "a heartbeat every \(heartbeatMilliseconds) ms is not between 1 ms and a third "
                + "of the lease, \(leaseMilliseconds / 3) ms: two may be lost and the lease holds"
        }
        guard driftPPM <= 100_000 else {
            return "a drift bound of \(driftPPM) ppm is more than a tenth"
        }
        guard (1...31).contains(maxVoters) else {
            return "\(maxVoters) voters at most are not between 1 and 31"
        }
        if downAfterMilliseconds > 0 {
            guard downAfterMilliseconds >= leaseMilliseconds else {
                return "a member that is down after \(downAfterMilliseconds) ms may only have been "
                    + "late: that is less than the lease, \(leaseMilliseconds) ms"
            }
        }
        for wait in [downAfterMilliseconds, preemptAfterMilliseconds]
        where UInt64(wait) > Self.longestMilliseconds {
            return "a wait of \(wait) ms is more than a day"
        }
        return protocolVersion >= 1 ? nil : "there is no protocol version 0; the first one is 1"
    }

    /// These settings with this change.
    public func changed(by change: SettingsChange) -> Settings {
        var new = self
        func set<Value>(_ path: WritableKeyPath<Settings, Value>, _ value: Value?) {
            if let value { new[keyPath: path] = value }
        }
        set(\.leaseMilliseconds, change.leaseMilliseconds)
        set(\.heartbeatMilliseconds, change.heartbeatMilliseconds)
        set(\.driftPPM, change.driftPPM)
        set(\.autoPromote, change.autoPromote)
        set(\.autoReplace, change.autoReplace)
        set(\.maxVoters, change.maxVoters)
        set(\.downAfterMilliseconds, change.downAfterMilliseconds)
        set(\.admission, change.admission)
        set(\.preemptAfterMilliseconds, change.preemptAfterMilliseconds)
        set(\.protocolVersion, change.protocolVersion)
        return new
    }
}
