// SPDX-License-Identifier: Apache-2.0

// Datagrams that are dropped are counted, not answered. But an operator who copied the wrong key
// should not have to find that in a counter: what he can mend is said, once in a while.

internal import Election
internal import Session

/// What is to be said of dropped datagrams, and when.
struct DropNotices {
    fileprivate struct Notice {
        var cause: DropCause
        var count: UInt64
        var source: Session.Endpoint
    }

    private var waiting: [Notice] = []
    private var quietUntil = Instant.zero

    /// Between two notices.
    static let interval = Span.milliseconds(10_000)

    init() {}

    /// Compares the counts before and after a datagram from `source`.
    mutating func note(_ before: DropCounts, _ after: DropCounts, from source: Session.Endpoint) {
        for cause in [DropCause.badProof, .version, .tooManyPeers, .tooManyHalfOpen] {
            let more = after[cause] - before[cause]
            guard more > 0 else { continue }
            if let known = waiting.firstIndex(where: { $0.cause == cause }) {
                waiting[known].count += more
                waiting[known].source = source
            } else {
                waiting.append(Notice(cause: cause, count: more, source: source))
            }
        }
    }

    /// When there is something to say; nil if there is nothing.
    var deadline: Instant? { waiting.isEmpty ? nil : quietUntil }

    /// What is to be said now.
    mutating func due(at now: Instant) -> [String] {
        guard let deadline, deadline <= now else { return [] }
        let sentences = waiting.map(\.sentence)
        waiting = []
        quietUntil = now + Self.interval
        return sentences
    }
}

extension DropNotices.Notice {
    fileprivate var sentence: String {
        let many = count == 1 ? "a datagram was" : "\(count) datagrams were"
        return switch cause {
        case .badProof:
            "\(many) dropped, the last from \(source): its sender has another cluster key than this "
                + "host; give all hosts of the cluster the same key file"
        case .version:
            "\(many) dropped, the last from \(source), in a format that this version does not "
                + "speak; bring all hosts to one release"
        default: "\(many) dropped, the last from \(source): too many strangers (\(cause))"
        }
    }
}
