// SPDX-License-Identifier: Apache-2.0

// What an operator reads when a majority is not heard: who is missing, for how long, and what to do.
//
//      needed 2, reachable 1: db2, db3 silent for 41 s; next: …

internal import Election
internal import Paxos

extension View {
    /// What is missing to a quorum, and what to do about it.
    func missingQuorum(at now: Instant) -> String {
        let voters = decree?.state.voters ?? []
        let silent = members.filter { voters.contains($0.id) && !$0.isReachable }
        let heard = silent.filter { $0.heardAt != nil }
        let never = silent.filter { $0.heardAt == nil }
        var parts: [String] = []
        // The shortest silence of all: each of them has been silent for that long.
        if let last = heard.compactMap(\.heardAt).max() {
            let seconds = max(0, (now - last).nanoseconds / 1_000_000_000)
            parts.append("\(names(heard)) silent for \(seconds) s")
        }
        if !never.isEmpty { parts.append("\(names(never)) not heard since electd started here") }
        return "needed \(needed), reachable \(reachable): \(parts.joined(separator: ", ")); next: "
            + "start them, or mend the network to them; if they are lost for good, see 'electctl "
            + "recover --help'"
    }

    private func names(_ members: [Seen]) -> String {
        members.map(\.id.name).joined(separator: ", ")
    }
}
