// SPDX-License-Identifier: Apache-2.0

// A change as a program asks for it becomes a command as the core knows it.

internal import Control
internal import Election

extension Change {
    /// The command.
    ///
    /// - Parameter here: this host's name, for what is asked for without one.
    func command(here: String) -> Command {
        switch self {
        case .addMember(let name, let role): .admit(name: name, role: role.ofMember)
        case .removeMember(let name): .remove(name: name)
        case .replaceMember(let name, let other): .replace(name: name, by: other)
        case .setMember(let name, let settings): .set(name: name, settings.change)
        case .drain(let name): .drain(name: name ?? here)
        case .undrain(let name): .undrain(name: name ?? here)
        case .pause(let milliseconds): .pause(milliseconds: milliseconds)
        case .resume: .resume
        case .set(let settings): .settings(settings.change)
        }
    }
}

extension MemberSettings {
    fileprivate var change: MemberChange {
        MemberChange(
            role: role?.ofMember,
            priority: priority,
            addresses: addresses,
            labels: labels?.pairs.map { Election.Label(key: $0.key, value: $0.value) }
        )
    }
}

extension ClusterSettings {
    fileprivate var change: SettingsChange {
        var change = SettingsChange()
        change.leaseMilliseconds = lease
        change.heartbeatMilliseconds = heartbeat
        change.driftPPM = drift
        change.autoPromote = autoPromote
        change.autoReplace = autoReplace
        change.maxVoters = maxVoters
        change.downAfterMilliseconds = downAfter
        change.admission = admission.map { $0 == .open ? .open : .approve }
        change.preemptAfterMilliseconds = preemptAfter
        change.protocolVersion = protocolVersion
        return change
    }
}

extension MemberRole {
    fileprivate var ofMember: Election.Role {
        switch self {
        case .voter: .voter
        case .observer: .observer
        case .witness: .witness
        }
    }
}
