// SPDX-License-Identifier: Apache-2.0

/// Waiting for a leader: which one, and when an answer is good enough.
///
/// The rule is here, and not in the daemon, so that client and daemon cannot read it differently.
public struct WaitLeader: Hashable, Sendable {
    /// Whom to wait for.
    public enum Wanted: Hashable, Sendable {
        /// Any leader.
        case anyone
        /// This host.
        case thisHost
        /// A leader that is not this host.
        case anotherHost
        /// The host of this name.
        case host(String)
    }

    /// Whom to wait for.
    public var wanted: Wanted
    /// The epoch must be greater than this.
    public var afterEpoch: UInt64
    /// How much validity must be left, in milliseconds.
    public var minimumValidityMilliseconds: UInt64
    /// How long to wait, in milliseconds; 0 for ever.
    public var timeoutMilliseconds: UInt64

    /// Makes a request.
    public init(
        _ wanted: Wanted = .anyone,
        afterEpoch: UInt64 = 0,
        minimumValidityMilliseconds: UInt64 = 0,
        timeoutMilliseconds: UInt64 = 0
    ) {
        self.wanted = wanted
        self.afterEpoch = afterEpoch
        self.minimumValidityMilliseconds = minimumValidityMilliseconds
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// Whether this answer ends the wait.
    ///
    /// - Parameters:
    ///   - answer: what the host says of itself and the leader.
    ///   - now: `CLOCK_BOOTTIME` in nanoseconds, read after the answer was made.
    public func isSatisfied(by answer: LeaderReply, now: UInt64) -> Bool {
        guard answer.role != .unsure, let leader = answer.leader, answer.epoch > afterEpoch else {
            return false
        }
        let (needed, overflowed) = minimumValidityMilliseconds.multipliedReportingOverflow(
            by: 1_000_000
        )
        guard !overflowed, answer.validUntil > now, answer.validUntil - now > needed else {
            return false
        }
        return switch wanted {
        case .anyone: true
        case .thisHost: answer.role == .leader
        case .anotherHost: answer.role == .follower
        case .host(let name): leader == name
        }
    }

    func writeFields(to writer: inout JSONWriter) {
        switch wanted {
        case .anyone: break
        case .thisHost: writer.field("kind", "self")
        case .anotherHost: writer.field("kind", "not_self")
        case .host(let name):
            writer.field("kind", "host")
            writer.field("host", name)
        }
        if afterEpoch > 0 { writer.field("after_epoch", afterEpoch) }
        if minimumValidityMilliseconds > 0 {
            writer.field("min_validity_ms", minimumValidityMilliseconds)
        }
        if timeoutMilliseconds > 0 { writer.field("timeout_ms", timeoutMilliseconds) }
    }
}
