// SPDX-License-Identifier: Apache-2.0

import ElectClient

/// A stream of events in a place that can be one of several.
final class Watching {
    private var watch: Watch

    init(socket: String) throws {
        watch = try Watch(socket: socket)
    }

    /// The epochs of all answers before the first with this one.
    func epochs(until last: UInt64) throws -> [UInt64] {
        var epochs: [UInt64] = []
        while true {
            let epoch: UInt64
            switch try watch.next(timeout: .seconds(20)) {
            case .snapshot(let status): epoch = status.answer.epoch
            case .event(let event): epoch = event.status.answer.epoch
            case .gap(let reason): throw Failure("the stream broke: \(reason)")
            case nil: throw Failure("the stream is silent, after: \(epochs)")
            }
            if epoch >= last { return epochs }
            epochs.append(epoch)
        }
    }
}
