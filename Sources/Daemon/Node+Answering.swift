// SPDX-License-Identifier: Apache-2.0

// What is asked over the socket and is more than who leads: the history, the members, the timing.

internal import Control
internal import Election
internal import Glibc
internal import Linux
internal import Paxos
internal import Session
internal import State

extension Node {
    func historyBytes(limit: Int) -> [UInt8] {
        HistoryReply.reply(of: history.lines.suffix(limit))
    }

    func members(at now: Instant) -> MembersReply {
        let view = replica.view(at: now)
        let status = status(at: now)
        let state = view.decree?.state
        let details = (state?.members ?? []).compactMap { member -> MemberDetail? in
            guard let shown = status.members.first(where: { $0.name == member.id.name }) else {
                return nil
            }
            let trip = view.members.first { $0.id == member.id }?.roundTrip
            return MemberDetail(
                member: shown,
                roundTrip: trip.map { UInt64(clamping: $0.nanoseconds) },
                identity: member.id.key.brief
            )
        }
        let announced = (state?.announced ?? []).map { host in
            AnnouncedHost(name: host.name, role: host.role.onSocket)
        }
        return MembersReply(
            decree: view.decree?.slot ?? 0,
            members: details,
            announced: announced,
            pauseLeft: view.pauseLeft.map { UInt64(clamping: $0.millisecondsUp) }
        )
    }

    func timing(at now: Instant) -> TimingReply {
        TimingReport(
            replica.view(at: now),
            syncs: writer.syncs,
            lateness: lateness,
            longestGrant: longestGrant
        ).reply
    }

    /// The loop waited until `due` at the longest, and is here now.
    func noteWake(due: Instant) {
        let now = Instant.now()
        if now >= due { lateness.note(now - due) }
    }

    /// What to say while nobody lets this host in; nil for nothing.
    func dueJoinNotice(at now: Instant) -> String? {
        let isWaiting = publisher.published.decree == nil && origin == .join
        return joinNotice.due(
            isWaiting: isWaiting,
            join: join,
            hasPeers: isWaiting && network.sessions.hasPeers,
            at: now
        )
    }

    /// Writes down a decree that is on disk now.
    func writeHistory(_ decree: Decree) {
        writer.doAside(history.note(decree, at: time(nil)))
    }

    /// A line of the history could not be written; the first time that is said.
    func loseHistory(_ error: SystemError) {
        history.lose()
        guard !historyIsLost else { return }
        historyIsLost = true
        say(.warning, "\(error): the history cannot be written; nothing depends on it")
    }

    /// This host is a member no more, and a majority of the others knows it (R22).
    func bury() {
        let view = replica.view(at: .now())
        let tombstone = Tombstone(
            of: me.name,
            by: view.decree,
            time: timestamp(unixSeconds: time(nil))
        )
        do throws(SystemError) {
            try tombstone.write(in: state.directory)
            say(.warning, tombstone.sentence(at: state.directory.path))
        } catch {
            say(.error, "\(error): remove the state directory, or a start will be in vain")
        }
        exit = exit ?? .removed
    }
}

extension PublicKey {
    /// Enough digits for a person to tell one from another.
    var brief: String {
        bytes.prefix(6).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
