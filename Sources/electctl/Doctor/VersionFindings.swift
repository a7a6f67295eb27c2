// SPDX-License-Identifier: Apache-2.0

import Control

/// Releases that are not the same.
enum VersionFinding: Finding, Equatable {
    /// The daemon is of another release than this program.
    case daemon(running: String, installed: String)
    /// The members run different releases.
    case members([String])

    var word: String {
        switch self {
        case .daemon: "version-daemon"
        case .members: "version-members"
        }
    }

    /// A cluster is upgraded host by host: that is a state to leave, not a fault.
    var isFault: Bool { false }

    var sentence: String {
        switch self {
        case .daemon(let running, let installed):
            "electd runs as release \(running), and \(installed) is installed"
        case .members(let each):
            "the members run different releases: \(each.joined(separator: ", "))"
        }
    }

    var step: String {
        switch self {
        case .daemon: "run 'systemctl restart electd': it keeps leader and epoch"
        case .members: "bring the older ones to the newest release, one host after another"
        }
    }
}

/// Judges the releases: of this program, of the daemon here, and of the others.
func examine(versions hosts: [MeasuredHost], daemon: String, program: String) -> Examination {
    var findings: [VersionFinding] = []
    if daemon != program {
        findings.append(.daemon(running: daemon, installed: program))
    }
    let known = hosts.filter { $0.release != nil }
    if Set(known.compactMap(\.release)).count > 1 {
        findings.append(.members(known.map { "\($0.name) \($0.release ?? "")" }))
    }
    return Examination("versions", saw: daemon, findings)
}
