// SPDX-License-Identifier: Apache-2.0

// What this host has measured of itself: how long syncs take, and by how much its loop is late.
// Nothing is decided by it; `electctl timing` adds it up.

internal import Control
internal import Election

/// The last measurements of one thing.
struct Measurements {
    private var spans: [Span] = []
    private var next = 0

    /// So many are kept: a hiccup of yesterday is not the worst of today.
    static let count = 256

    /// Takes one.
    mutating func note(_ span: Span) {
        if spans.count < Self.count {
            spans.append(span)
        } else {
            spans[next] = span
            next = (next + 1) % Self.count
        }
    }

    /// The largest; zero if there is none.
    var worst: Span { spans.max() ?? .zero }

    /// As it is told under a name.
    func reply(_ name: String) -> Measured {
        let sorted = spans.sorted()
        return Measured(
            name: name,
            count: spans.count,
            typical: spans.isEmpty ? nil : UInt64(clamping: sorted[spans.count / 2].nanoseconds),
            worst: sorted.last.map { UInt64(clamping: $0.nanoseconds) }
        )
    }
}
