// SPDX-License-Identifier: Apache-2.0

/// What was measured again and again.
public struct Measured: Hashable, Sendable, Decodable, JSONWritable {
    /// `round_trip`, `sync` or `lateness`.
    public var name: String
    /// How many of the last measurements there are.
    public var count: Int
    /// The median, in nanoseconds; nil if nothing was measured.
    public var typical: UInt64?
    /// The largest, in nanoseconds; nil if nothing was measured.
    public var worst: UInt64?

    /// Makes one.
    public init(name: String, count: Int, typical: UInt64?, worst: UInt64?) {
        self.name = name
        self.count = count
        self.typical = typical
        self.worst = worst
    }

    private enum CodingKeys: String, CodingKey {
        case name, count
        case typical = "typical_ns"
        case worst = "worst_ns"
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", name)
            writer.field("count", count)
            writer.field("typical_ns") { writer in
                if let typical { writer.integer(typical) } else { writer.null() }
            }
            writer.field("worst_ns") { writer in
                if let worst { writer.integer(worst) } else { writer.null() }
            }
        }
    }
}

/// How long something takes at worst, and of what that is made up.
public struct Bound: Hashable, Sendable, Decodable, JSONWritable {
    /// `failover`, `restart`, `healing` or `transfer`.
    public var name: String
    /// The sum in words.
    public var formula: String
    /// The sum, in nanoseconds.
    public var time: UInt64

    /// Makes one.
    public init(name: String, formula: String, time: UInt64) {
        self.name = name
        self.formula = formula
        self.time = time
    }

    private enum CodingKeys: String, CodingKey {
        case name, formula
        case time = "ns"
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", name)
            writer.field("formula", formula)
            writer.field("ns", time)
        }
    }
}

/// The reply of GetTiming: what is set, what was measured, what follows from both.
public struct TimingReply: Hashable, Sendable, Decodable, JSONWritable {
    /// The lease, in milliseconds.
    public var lease: UInt64
    /// The time between two heartbeats, in milliseconds.
    public var heartbeat: UInt64
    /// The drift bound, in parts per million.
    public var drift: UInt64
    /// What this host has measured.
    public var measured: [Measured]
    /// What follows.
    public var bounds: [Bound]

    /// Makes a reply.
    public init(
        lease: UInt64,
        heartbeat: UInt64,
        drift: UInt64,
        measured: [Measured],
        bounds: [Bound]
    ) {
        self.lease = lease
        self.heartbeat = heartbeat
        self.drift = drift
        self.measured = measured
        self.bounds = bounds
    }

    private enum CodingKeys: String, CodingKey {
        case measured, bounds
        case lease = "lease_ms"
        case heartbeat = "heartbeat_ms"
        case drift = "drift_ppm"
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("lease_ms", lease)
            writer.field("heartbeat_ms", heartbeat)
            writer.field("drift_ppm", drift)
            writer.field("measured") { writer in
                writer.array(measured) { $1.write(to: &$0) }
            }
            writer.field("bounds") { writer in
                writer.array(bounds) { $1.write(to: &$0) }
            }
        }
    }
}
