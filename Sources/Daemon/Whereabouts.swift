// SPDX-License-Identifier: Apache-2.0

// Where members were heard from last. A datagram that is decrypted shows where its sender is; if that
// is none of the places where the decree has it, it has moved, and that is news once.

internal import Linux
internal import Paxos

/// The place of each member's newest datagram.
struct Whereabouts {
    private var places: [(node: NodeID, place: SocketAddress)] = []

    init() {}

    /// Forgets everything: the decree has other addresses now.
    mutating func clear() { places = [] }

    /// Whether this is a place where nobody looks for the member, and was not asked of before.
    ///
    /// - Parameter known: what each of its addresses was found to be; nil for who is no member. While
    ///   one of them has not been found, nobody can say.
    mutating func isNews(
        _ place: SocketAddress,
        of node: NodeID,
        known: () -> [[SocketAddress]]?
    ) -> Bool {
        if places.contains(where: { $0.node == node && $0.place == place }) { return false }
        places.removeAll { $0.node == node }
        places.append((node, place))
        guard let known = known(), !known.contains(where: \.isEmpty) else { return false }
        return !known.joined().contains(place)
    }
}
