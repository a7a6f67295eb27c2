// SPDX-License-Identifier: Apache-2.0

import Paxos

// SIGTERM: the way out. Who leads hands over first, by an order that it gives itself.

extension Replica {
    /// Hands over if there is anything to hand over, then says that all is done.
    mutating func stop(at now: Instant) {
        guard !isLeaving else { return }
        isLeaving = true
        if isHalted { return tell(.stopped) }
        if leaseEnd(at: now) != nil, phase == .reigning, acceptUnderWay == nil {
            releaseUntil = now + settings.lease
            // Who follows says with its next answer that it holds the newest decree.
            commands.insert(
                Order(
                    id: RequestID(random.next()),
                    command: .transfer(to: nil),
                    from: me,
                    patience: now + settings.heartbeat * 2,
                    isStop: true
                ),
                at: 0
            )
        } else if learner.decided?.leader == me || phase == .reigning {
            release(to: nil, at: now)
            if releaseUntil == nil { finishLeaving(at: now) }
        } else {
            finishLeaving(at: now)
        }
    }

    mutating func finishLeaving(at now: Instant) {
        guard isLeaving, !isHalted else { return }
        if leaseEnd(at: now) != nil { release(to: nil, at: now) }
        halt()
        tell(.stopped)
    }
}
