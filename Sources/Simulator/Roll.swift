// SPDX-License-Identifier: Apache-2.0

import Paxos

/// Something about each identity that there ever was. A world has a dozen: looking through them is
/// quicker than hashing a name and a key for every message that is checked.
struct Roll<Value> {
    private var entries: [(node: NodeID, value: Value)] = []

    subscript(node: NodeID) -> Value? {
        entries.first { $0.node == node }?.value
    }

    /// What `text` makes of each entry, in the order in which they came.
    func map<Text>(_ text: ((node: NodeID, value: Value)) -> Text) -> [Text] { entries.map(text) }

    /// Changes what is there of a node; `first` is what there is from now on if there was nothing.
    mutating func change(
        _ node: NodeID,
        from first: @autoclosure () -> Value,
        _ change: (inout Value) -> Void
    ) {
        if let at = entries.firstIndex(where: { $0.node == node }) {
            change(&entries[at].value)
        } else {
            entries.append((node, first()))
        }
    }

    mutating func set(_ value: Value, of node: NodeID) {
        if let at = entries.firstIndex(where: { $0.node == node }) {
            entries[at].value = value
        } else {
            entries.append((node, value))
        }
    }
}
