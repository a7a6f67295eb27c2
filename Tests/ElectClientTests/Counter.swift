// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// 0, 1, 2, … for a script that answers each call differently.
final class Counter: Sendable {
    private let value = Atomic(0)

    func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
}
