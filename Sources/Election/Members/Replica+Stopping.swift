// SPDX-License-Identifier: Apache-2.0

import Paxos

// SIGTERM: the way out. Who leads hands over first, by an order that it gives itself. What is being
// proposed is chosen before that: there is one value for this slot under this ballot (R13), and the
// decree that names a successor is for the next.

extension Replica {
    /// How long a stop waits for one thing that may come by itself.
    var stopPatience: Span { settings.heartbeat * 2 }

    /// Hands over if there is anything to hand over, then says that all is done.
    mutating func stop(at now: Instant) {
        guard !isLeaving else { return }
        isLeaving = true
        if isHalted { return tell(.stopped) }
        if leaseEnd(at: now) != nil, phase == .reigning {
            releaseUntil = now + settings.lease
            // Who follows says with its next answer that it holds the newest decree.
            commands.insert(
                Order(
                    id: RequestID(random.next()),
                    command: .transfer(to: nil),
                    from: me,
                    patience: now + stopPatience,
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

    /// Whether what is being proposed keeps this host from its stop for too long: then whoever comes
    /// first is as good a successor as the one that would be named.
    func isStopOverdue(at now: Instant) -> Bool {
        guard isLeaving, let request = acceptUnderWay else { return false }
        return commands.contains {
            $0.isStop && max($0.patience, request.sentAt + stopPatience) <= now
        }
    }

    mutating func finishLeaving(at now: Instant) {
        guard isLeaving, !isHalted else { return }
        if leaseEnd(at: now) != nil { release(to: nil, at: now) }
        halt()
        tell(.stopped)
    }
}
