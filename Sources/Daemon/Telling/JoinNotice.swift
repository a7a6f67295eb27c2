// SPDX-License-Identifier: Apache-2.0

// Who lacks the cluster key gets no answer from anybody, and so is never told that it lacks it. A
// host that waits to join and hears nothing has to think of that by itself, and say so.

internal import Election

/// What a host says that waits to join and is not answered.
struct JoinNotice {
    private var sayAt: Instant?

    /// An answer takes a round trip; a host that is being started takes longer.
    static let patience = Span.milliseconds(3_000)
    /// Between two notices.
    static let interval = Span.milliseconds(60_000)

    init() {}

    /// What is to be said now; nil for nothing.
    ///
    /// - Parameters:
    ///   - isWaiting: this host has no decree, and was not prepared to found a cluster.
    ///   - hasPeers: somebody has answered with the same key.
    mutating func due(
        isWaiting: Bool,
        join: [String],
        hasPeers: Bool,
        at now: Instant
    ) -> String? {
        guard isWaiting, !hasPeers else {
            sayAt = nil
            return nil
        }
        let due = sayAt ?? now + Self.patience
        sayAt = due
        guard due <= now else { return nil }
        sayAt = now + Self.interval
        if join.isEmpty {
            return
                "this host belongs to no cluster: write Join= in [Cluster] with the address of a "
                + "member, or run 'electctl init' to found one"
        }
        return
            "nobody answers at \(join.joined(separator: " ")) (Join=): start electd there, check "
            + "the address, and give this host the cluster key of that cluster"
    }
}
