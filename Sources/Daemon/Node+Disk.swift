// SPDX-License-Identifier: Apache-2.0

// A disk that neither writes nor fails.
//
// Heartbeats touch no disk, so a leader whose sync hangs goes on renewing its lease, and could do so
// for ever, unable to decide anything: nobody could be added, no other leader be made. Worse is a sync
// that hangs when the leader has just been chosen: it may tell nobody, and binds the others all the
// same. A pause is no reason to change the leader. A write that has not ended after this long is
// treated as one that failed: the host withdraws, lets go, and ends. A follower waits; without it the
// others decide.

internal import Control
internal import Election
internal import Linux

extension Node {
    /// How long a write may hang under a leader if nobody says otherwise. Disks that take a second to
    /// wake up or to tidy up are common, and those that take ten are broken.
    static let diskPatience = Span.milliseconds(10_000)

    /// When the write that is under way will have hung for too long; nil if none is, or if this host
    /// keeps nobody from being elected.
    var diskDeadline: Instant? {
        guard exit == nil, let since = writer.busySince, replica.heartbeats else { return nil }
        return since + diskPatience
    }

    /// Lets go of leadership if the disk hangs.
    func letGoIfDiskHangs(at now: Instant) {
        guard let deadline = diskDeadline, deadline <= now else { return }
        say(
            .error,
            "a write to the state directory has hung for \(diskPatience): this host lets go of "
                + "leadership and ends; look at the disk"
        )
        step(.storageFailed, at: now)
        exit = .failure
    }
}
