// SPDX-License-Identifier: Apache-2.0

// The reply of Measure: how far the members are from one another, as it was measured just now.

/// How long the way to a member and back has taken.
public struct Way: Hashable, Sendable, Decodable, JSONWritable {
    /// To whom.
    public var to: String
    /// The shortest that was measured, in nanoseconds.
    public var roundTrip: UInt64

    /// Makes one.
    public init(to: String, roundTrip: UInt64) {
        self.to = to
        self.roundTrip = roundTrip
    }

    private enum CodingKeys: String, CodingKey {
        case to
        case roundTrip = "round_trip_ns"
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("to", to)
            writer.field("round_trip_ns", roundTrip)
        }
    }
}

/// A member, and the ways from it.
public struct MeasuredHost: Hashable, Sendable, Decodable, JSONWritable {
    /// Its name.
    public var name: String
    /// Whether it has answered the host that was asked, or is that host.
    public var answered: Bool
    /// The release that it runs; nil if it did not answer.
    public var release: String?
    /// By how much its clock runs faster than that of the host that was asked, in parts per million;
    /// nil if it could not be told.
    public var clockPPM: Int?
    /// How far that may be off.
    public var clockErrorPPM: Int?
    /// The members that have answered it.
    public var ways: [Way]

    /// Makes one.
    public init(
        name: String,
        answered: Bool,
        release: String? = nil,
        clockPPM: Int? = nil,
        clockErrorPPM: Int? = nil,
        ways: [Way] = []
    ) {
        self.name = name
        self.answered = answered
        self.release = release
        self.clockPPM = clockPPM
        self.clockErrorPPM = clockErrorPPM
        self.ways = ways
    }

    private enum CodingKeys: String, CodingKey {
        case name, answered, release, ways
        case clockPPM = "clock_ppm"
        case clockErrorPPM = "clock_error_ppm"
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", name)
            writer.field("answered", answered)
            writer.field("release", release)
            writer.field("clock_ppm") { writer in
                if let clockPPM { writer.integer(clockPPM) } else { writer.null() }
            }
            writer.field("clock_error_ppm") { writer in
                if let clockErrorPPM { writer.integer(clockErrorPPM) } else { writer.null() }
            }
            writer.field("ways") { writer in
                writer.array(ways) { $1.write(to: &$0) }
            }
        }
    }
}

/// The reply of Measure.
public struct MeasureReply: Hashable, Sendable, Decodable, JSONWritable {
    /// The members in the order of the decree.
    public var hosts: [MeasuredHost]

    /// Makes a reply.
    public init(hosts: [MeasuredHost]) { self.hosts = hosts }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("hosts") { writer in
                writer.array(hosts) { $1.write(to: &$0) }
            }
        }
    }
}
