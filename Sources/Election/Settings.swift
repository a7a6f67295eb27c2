// SPDX-License-Identifier: Apache-2.0

/// What the cluster agrees on about time. It is part of the decree; a host's own file matters for
/// the genesis only.
public struct Settings: Hashable, Sendable {
    /// How long a grant lasts, in milliseconds: 20 to 60,000.
    public var leaseMilliseconds: UInt32
    /// How often the leader renews, in milliseconds: at most a third of the lease.
    public var heartbeatMilliseconds: UInt32
    /// How far any clock's rate may be from true, in parts per million (rho of R15).
    public var driftPPM: UInt32

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
        return nil
    }
}
