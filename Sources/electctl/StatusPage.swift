// SPDX-License-Identifier: Apache-2.0

import Config
import Control

/// The page that `electctl status` prints: who leads and how certain that is, then the members.
extension Status {
    /// The lines of the page.
    ///
    /// - Parameter now: `CLOCK_BOOTTIME` in nanoseconds.
    func page(at now: UInt64, _ paint: Paint) -> [String] {
        [
            "Cluster  \(cluster)",
            "Host     \(selfName), \(standing(at: now, paint))",
            "Leader   \(leadership(at: now, paint))",
            "Quorum   \(majority(paint))",
            "Since    \(since) (\(brief(now, minus: sinceBoottime))): \(text)",
        ] + pause(at: now, paint) + [""] + memberTable(at: now, paint)
    }

    /// The present state in half a line.
    var summary: String {
        let leader =
            answer.leader.map { "\($0) leads under epoch \(answer.epoch)" } ?? "unsure: \(text)"
        return "\(leader); \(quorum.reachable) of \(quorum.voters) voters reachable"
    }

    private func standing(at now: UInt64, _ paint: Paint) -> String {
        switch answer.role(at: now) {
        case .leader: paint.good("leader")
        case .follower: "follower"
        case .unsure: paint.bad("unsure")
        }
    }

    private func leadership(at now: UInt64, _ paint: Paint) -> String {
        if answer.role(at: now) != .unsure, let leader = answer.leader {
            let left = brief(answer.validUntil, minus: now)
            return "\(paint.good(leader)), epoch \(answer.epoch), the lease has \(left) left"
        }
        if answer.epoch == 0 { return "\(paint.bad("unsure")), and no decree yet" }
        let unsure = "\(paint.bad("unsure")), epoch \(answer.epoch) at least"
        // Why electd is unsure stands behind the time since when it is.
        if answer.role == .unsure { return unsure }
        return "\(unsure): the lease has ended and electd has not said more"
    }

    /// Who asked for a pause may have gone home; who finds no leader has to know of it.
    private func pause(at now: UInt64, _ paint: Paint) -> [String] {
        guard pausedUntil > now else { return [] }
        let left = brief(pausedUntil, minus: now)
        return ["Paused   \(paint.bad("for another \(left)")): \(Status.ofPause)"]
    }

    /// What a pause means.
    static let ofPause = "nobody but the present leader stands; see 'electctl resume --help'"

    private func majority(_ paint: Paint) -> String {
        if quorum.voters == 0 { return paint.bad("none: no voter is known yet") }
        let count =
            "\(quorum.reachable) of \(quorum.voters) voters reachable, \(quorum.needed) needed"
        return quorum.reachable >= quorum.needed ? count : paint.bad("none: \(count)")
    }

    private func memberTable(at now: UInt64, _ paint: Paint) -> [String] {
        if members.isEmpty { return ["This host is no member of a cluster yet."] }
        var rows = [["  MEMBER", "ROLE", "STATE", "PRIORITY", "ADDRESSES"]]
        for member in members {
            let mark = member.leader && answer.role(at: now) != .unsure ? "*" : " "
            rows.append([
                "\(mark) \(member.name)",
                member.role.rawValue,
                state(of: member, at: now),
                String(member.priority),
                member.addresses.joined(separator: " "),
            ])
        }
        let lines = table(rows, isNumber: [3])
        return [paint.head(lines[0])]
            + zip(members, lines.dropFirst()).map { member, line in
                member.up && member.reachable ? line : paint.bad(line)
            }
    }

    private func state(of member: Member, at now: UInt64) -> String {
        let agreed = (member.up ? "up" : "down") + (member.drained ? ", drained" : "")
        if member.name == selfName { return "\(agreed), this host" }
        if member.reachable { return agreed }
        guard let lastHeard = member.lastHeard else { return "\(agreed), never heard" }
        return "\(agreed), silent for \(brief(now, minus: lastHeard))"
    }
}

/// A span in at most two units: a person does not need the milliseconds of an hour.
private func brief(_ later: UInt64, minus earlier: UInt64) -> String {
    let nanoseconds = Int64(clamping: later > earlier ? later - earlier : 0)
    let unit: Int64 = nanoseconds >= 1_000_000_000 ? 1_000_000_000 : 1_000_000
    let text = Duration.nanoseconds(nanoseconds / unit * unit).timeSpan
    return text.split(separator: " ").prefix(2).joined(separator: " ")
}
